namespace Observability.Notifier.Rendering;

/// <summary>Links that come from a payload or an annotation: only http and https become links, so that none runs a script or opens a program.</summary>
internal static class WebAddress
{
    /// <summary>Slack takes 3,000; the same address stands in several places of a mail.</summary>
    private const int MostCharacters = 2000;

    /// <summary>The address in its escaped form, or null.</summary>
    public static string? Of(string? text) =>
        text is { Length: > 0 and <= MostCharacters } && Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is ("http" or "https")
            && url.AbsoluteUri.Length <= MostCharacters
            ? url.AbsoluteUri.Replace("|", "%7C", StringComparison.Ordinal)
            : null;
}
