using System.Globalization;
using System.Text.Json;

namespace Observability.Collector.Sources;

/// <summary>
/// Reads fields of payloads that others write: whatever is missing, null or of another type reads as nothing, never as an exception. Senders change ids
/// from numbers to texts and back, so both read as text. The document was checked to hold valid Unicode only (JsonPayload).
/// </summary>
internal static class JsonFields
{
    /// <summary>Bigger: an error text that fills frames and notices; the whole payload is not lost, the run's page links to it.</summary>
    public const int MaximumTextLength = 8192;

    /// <summary>The element behind a path of names; undefined when any step is missing.</summary>
    public static JsonElement At(this JsonElement element, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element))
            {
                return default;
            }
        }
        return element;
    }

    /// <summary>A text or number as text, at most <see cref="MaximumTextLength"/> characters; else empty.</summary>
    public static string Text(this JsonElement element, params ReadOnlySpan<string> path)
    {
        var found = element.At(path);
        var text = found.ValueKind switch
        {
            JsonValueKind.String => found.GetString() ?? "",
            JsonValueKind.Number => found.GetRawText(),
            _ => "",
        };
        return text.Length <= MaximumTextLength ? text : text[..CutAt(text)] + "…";
    }

    /// <summary>A whole number, or a text that is one; else null.</summary>
    public static long? Integer(this JsonElement element, params ReadOnlySpan<string> path)
    {
        var found = element.At(path);
        return found.ValueKind switch
        {
            JsonValueKind.Number when found.TryGetInt64(out var number) => number,
            JsonValueKind.String when long.TryParse(found.GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
            _ => null,
        };
    }

    public static bool? Boolean(this JsonElement element, params ReadOnlySpan<string> path) => element.At(path).ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    /// <summary>A time in ISO 8601 as Unix milliseconds; without an offset it is UTC. Else null.</summary>
    public static long? Time(this JsonElement element, params ReadOnlySpan<string> path) =>
        TryParseTime(element.Text(path), out var milliseconds) ? milliseconds : null;

    /// <summary>The items of an array; none when it is something else.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement element, params ReadOnlySpan<string> path)
    {
        var found = element.At(path);
        return found.ValueKind == JsonValueKind.Array ? found.EnumerateArray() : [];
    }

    public static bool TryParseTime(string text, out long unixMilliseconds)
    {
        const DateTimeStyles Styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        var parsed = DateTimeOffset.TryParse(ShortenFraction(text), CultureInfo.InvariantCulture, Styles, out var time);
        unixMilliseconds = parsed ? time.ToUnixTimeMilliseconds() : 0;
        return parsed;
    }

    // .NET reads seven digits after the point; Rust and Go programs write nine.
    private static string ShortenFraction(string text)
    {
        var point = text.IndexOf('.', StringComparison.Ordinal);
        if (point < 0)
        {
            return text;
        }
        var end = point + 1;
        while (end < text.Length && char.IsAsciiDigit(text[end]))
        {
            end++;
        }
        return end - point - 1 <= 7 ? text : text[..(point + 8)] + text[end..];
    }

    private static int CutAt(string text) => char.IsHighSurrogate(text[MaximumTextLength - 1]) ? MaximumTextLength - 1 : MaximumTextLength;
}
