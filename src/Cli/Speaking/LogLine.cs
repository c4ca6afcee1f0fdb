using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Observability.Cli.Speaking;

/// <summary>One line of an answer or a message of Loki's API.</summary>
/// <param name="Nanoseconds">Its Unix time.</param>
/// <param name="Labels">Those of its stream, as JSON.</param>
/// <param name="Text">The line, or the value of a metric query.</param>
internal sealed record LogLine(long Nanoseconds, JsonElement? Labels, string Text)
{
    // Lines are full of quotes and brackets, and a terminal is no web page.
    private static readonly JsonWriterOptions s_readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The lines of <c>query_range</c>'s <c>data.result</c> or of a message of <c>tail</c>, oldest first.</summary>
    /// <remarks>
    /// A line is <c>["nanoseconds", "text"]</c>, and with structured metadata a third member. A metric query has <c>[seconds, "value"]</c>, which become lines
    /// of their values.
    /// </remarks>
    public static IReadOnlyList<LogLine> Of(IEnumerable<JsonElement> streams) => [.. streams.SelectMany(OfStream).OrderBy(static line => line.Nanoseconds)];

    /// <summary>RFC 3339 with milliseconds, in UTC.</summary>
    public string Moment => DateTimeOffset.FromUnixTimeMilliseconds(Nanoseconds / 1_000_000).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>As one object on one line: <c>time</c>, <c>labels</c>, <c>line</c>. Its text is whole: JSON escapes what would drive a terminal.</summary>
    public string ToJson()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, s_readable))
        {
            json.WriteStartObject();
            json.WriteString("time", DateTimeOffset.UnixEpoch.AddTicks(Nanoseconds / 100).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture));
            if (Labels is { } labels)
            {
                json.WritePropertyName("labels");
                labels.WriteTo(json);
            }
            json.WriteString("line", Text);
            json.WriteEndObject();
        }
        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static IEnumerable<LogLine> OfStream(JsonElement stream)
    {
        var labels = stream.Find("stream") ?? stream.Find("metric");
        foreach (var value in stream.ArrayOf("values").Where(static value => value.ValueKind == JsonValueKind.Array && value.GetArrayLength() >= 2))
        {
            var time = value[0].ValueKind == JsonValueKind.String
                ? long.TryParse(value[0].GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var nanoseconds) ? nanoseconds : 0
                : (long)(value[0].GetDouble() * 1e9);
            yield return new LogLine(time, labels, value[1].GetString() ?? "");
        }
    }
}
