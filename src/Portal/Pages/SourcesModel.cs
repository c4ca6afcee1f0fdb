using Observability.Portal.Reading;
using Observability.Portal.Wording;

namespace Observability.Portal.Pages;

/// <summary>Is everything that should report reporting?</summary>
public sealed record SourcesModel(Frame Frame)
{
    public IReadOnlyList<SourceView> Shown =>
        [.. (Frame.Sources.Value ?? []).Where(source => Frame.Shows(source.LastEnvironment.Length > 0 ? source.LastEnvironment : "unknown")).OrderByDescending(static source => source.LastEventAt)];

    /// <summary>True when the last thing it sent was refused.</summary>
    public static bool IsRefused(SourceView source) => source.LastErrorAt > (source.LastEventAt ?? DateTimeOffset.MinValue);

    public string Answer
    {
        get
        {
            if (!Frame.Sources.IsKnown)
            {
                return "Sources cannot be read";
            }
            if (Shown.Count == 0)
            {
                return "Nothing has reported yet";
            }
            var refusing = Shown.Count(IsRefused);
            return Shown[0].LastEventAt is { } last
                ? $"{Words.Of(Shown.Count, "source")}, the last event {Frame.Ago(last)}" + (refusing > 0 ? $", {refusing} refused since" : "")
                : $"{Words.Of(Shown.Count, "source")} tried, and nothing was taken";
        }
    }
}
