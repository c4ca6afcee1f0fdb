using System.Globalization;
using System.Text.Json;

namespace Observability.Cli.Speaking;

/// <summary>How series are written.</summary>
internal enum SeriesFormat
{
    /// <summary>The series as a query spells it, and its value; of a range each value with its time.</summary>
    Text,

    /// <summary>With a heading: series, time (RFC 3339), value.</summary>
    Csv,
}

/// <summary>Writes the result of a query in Prometheus' JSON.</summary>
internal static class SeriesWriter
{
    /// <param name="output">Where to.</param>
    /// <param name="format">In which form.</param>
    /// <param name="kind">Prometheus' <c>resultType</c>.</param>
    /// <param name="result">Prometheus' <c>result</c>.</param>
    public static async Task WriteAsync(TextWriter output, SeriesFormat format, string kind, JsonElement result)
    {
        if (format == SeriesFormat.Csv)
        {
            await output.WriteLineAsync("series,time,value");
        }
        if (kind is "scalar" or "string")
        {
            await output.WriteLineAsync(format == SeriesFormat.Csv ? Row("", result) : TerminalText.OneLine(ValueOf(result)));
            return;
        }
        foreach (var series in result.Elements())
        {
            var name = series.Find("metric") is { } labels ? labels.Labels() : "{}";
            foreach (var sample in series.Find("value") is { } one ? [one] : series.ArrayOf("values"))
            {
                var worded = format == SeriesFormat.Csv ? Row(name, sample) : $"{name} {ValueOf(sample)}{(series.Find("value") is null ? $" @{sample[0].GetRawText()}" : "")}";
                await output.WriteLineAsync(worded);
            }
        }
    }

    private static string Row(string name, JsonElement sample) =>
        $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\",{DateTimeOffset.FromUnixTimeMilliseconds((long)(sample[0].GetDouble() * 1_000)).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)},{ValueOf(sample)}";

    // A sample is [time, "value"].
    private static string ValueOf(JsonElement sample) => sample.GetArrayLength() == 2 ? sample[1].GetString()! : sample.GetRawText();
}
