using System.Globalization;
using System.Text.Json;

namespace Observability.Cli.Speaking;

/// <summary>Reads answers leniently: a newer server may leave things out or add some, and the rest is still worth showing.</summary>
internal static class JsonReading
{
    /// <summary>A text or number as text; empty when it is missing or null.</summary>
    public static string TextOf(this JsonElement element, string name) => element.Find(name) switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString()!,
        { ValueKind: JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False } plain => plain.GetRawText(),
        _ => "",
    };

    /// <summary>The elements of an array; none when it is missing.</summary>
    public static IEnumerable<JsonElement> ArrayOf(this JsonElement element, string name) => element.Find(name) is { } array ? array.Elements() : [];

    public static IEnumerable<JsonElement> Elements(this JsonElement element) => element.ValueKind == JsonValueKind.Array ? element.EnumerateArray() : [];

    public static JsonElement? Find(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var found) && found.ValueKind != JsonValueKind.Null ? found : null;

    /// <summary>Labels as they are written in a query: <c>{a="b"}</c> behind the metric's name.</summary>
    public static string Labels(this JsonElement labels)
    {
        var pairs = labels.EnumerateObject().Where(static label => label.Name != "__name__").Select(static label => $"{label.Name}=\"{TerminalText.OneLine(Escaped(label.Value.GetString() ?? ""))}\"");
        return $"{labels.TextOf("__name__")}{{{string.Join(", ", pairs)}}}";
    }

    /// <summary>A moment in the reader's eyes: RFC 3339 to the second, in UTC.</summary>
    public static string Moment(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture)
            : text;

    private static string Escaped(string value) =>
        value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
