namespace Observability.Query.LogQL.Units;

/// <summary>The units that values of labels have in LogQL, for whoever evaluates <c>bytes</c> and <c>duration</c> of its templates.</summary>
public static class LogUnits
{
    /// <summary>Go's <c>time.ParseDuration</c>; in seconds.</summary>
    public static bool TryParseDuration(string text, out double seconds)
    {
        var isDuration = GoDuration.TryParse(text, out var nanoseconds);
        seconds = nanoseconds / 1e9;
        return isDuration;
    }

    /// <summary>A number with a unit such as <c>KB</c> or <c>MiB</c>.</summary>
    public static bool TryParseBytes(string text, out double bytes)
    {
        var isSize = ByteSize.TryParse(text, out var size);
        bytes = size;
        return isSize;
    }
}
