using System.Text.RegularExpressions;

namespace Observability.Templates;

/// <summary>Where a rendering writes: text of the template as it is, values escaped for the medium.</summary>
internal sealed partial class OutputWriter(RenderOptions options)
{
    /// <summary>Longer than any attribute name with its quote, short enough to be looked at for each value.</summary>
    private const int AttributeTailCharacters = 24;

    /// <summary>Written instead of a link whose scheme could run code; says why to whoever looks at the source.</summary>
    private const string RefusedLink = "#unsafe-link";

    private readonly BoundedText _output = new(options.Limits.OutputCharacters);

    public void WriteText(string text) => _output.Append(text);

    public void WriteValue(TemplateValue value)
    {
        if (options.Escape == EscapeMode.None || value is { Kind: TemplateKind.Text, Trust: TextTrust.Html })
        {
            ValuePrinter.AppendAction(_output, value);
            return;
        }
        var plain = new BoundedText(options.Limits.OutputCharacters);
        ValuePrinter.AppendAction(plain, value);
        var text = plain.ToString();
        var trusted = value is { Kind: TemplateKind.Text, Trust: TextTrust.Url };
        QuotedText.AppendHtml(_output, !trusted && BeginsLink() && !HasSafeScheme(text) ? RefusedLink : text);
    }

    public override string ToString() => _output.ToString();

    private bool BeginsLink() => LinkAttribute().IsMatch(_output.Tail(AttributeTailCharacters));

    /// <summary>A colon before the path begins ends a scheme; only those of html/template are let through.</summary>
    private static bool HasSafeScheme(string link)
    {
        var end = link.AsSpan().IndexOfAny(":/?#");
        return end < 0 || link[end] != ':' || link[..end].Trim().ToLowerInvariant() is "http" or "https" or "mailto";
    }

    [GeneratedRegex(@"(href|src|action|formaction|background|poster|cite)\s*=\s*[""']?\s*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LinkAttribute();
}
