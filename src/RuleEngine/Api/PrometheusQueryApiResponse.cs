using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Observability.Query.Values;
using Observability.Telemetry;

namespace Observability.RuleEngine.Api;

/// <summary>
/// Prometheus' response envelope: <c>status</c>, <c>data</c> or <c>errorType</c> and <c>error</c>, then <c>warnings</c> and <c>infos</c>.
/// A sample is [Unix seconds, "value"]; the value is a text because JSON has no NaN.
/// </summary>
internal sealed class PrometheusQueryApiResponse
{
    /// <summary>What is written between two flushes. A matrix may have hundreds of megabytes, which would all wait in memory for a client that reads slowly.</summary>
    private const int FlushBytes = 64 * 1024;

    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly int _statusCode;
    private readonly Func<Utf8JsonWriter, Func<Task>, Task> _writeBody;

    /// <param name="statusCode">Of HTTP.</param>
    /// <param name="writeBody">Gets the writer and what to await after each part, so that the answer leaves while it is written.</param>
    private PrometheusQueryApiResponse(int statusCode, Func<Utf8JsonWriter, Func<Task>, Task> writeBody)
    {
        _statusCode = statusCode;
        _writeBody = writeBody;
    }

    /// <param name="result">Of a query.</param>
    /// <param name="limit">Most series; 0 is all; when there are more, a warning says so.</param>
    public static PrometheusQueryApiResponse Of(QueryResult result, int limit) => new(StatusCodes.Status200OK, async (writer, flush) =>
    {
        writer.WriteString("status", "success");
        writer.WriteStartObject("data");
        writer.WriteString("resultType", result.Value switch { Scalar => "scalar", StringValue => "string", InstantVector => "vector", _ => "matrix" });
        writer.WritePropertyName("result");
        var count = await WriteValueAsync(writer, result.Value, limit, flush);
        writer.WriteEndObject();
        var warnings = TextsOf(result.Annotations, AnnotationLevel.Warning);
        WriteTexts(writer, "warnings", limit > 0 && count > limit ? [.. warnings, Truncated(limit, count)] : warnings);
        WriteTexts(writer, "infos", TextsOf(result.Annotations, AnnotationLevel.Info));
    });

    /// <param name="series">Any order.</param>
    /// <param name="limit">0 is all; when there are more, a warning says so.</param>
    public static PrometheusQueryApiResponse OfSeries(IReadOnlyCollection<LabelSet> series, int limit) =>
        OfList(series.OrderBy(labels => labels.ToString(), StringComparer.Ordinal), series.Count, limit, WriteLabels);

    public static PrometheusQueryApiResponse OfTexts(IReadOnlyCollection<string> texts, int limit) =>
        OfList(texts.Order(StringComparer.Ordinal), texts.Count, limit, static (writer, text) => writer.WriteStringValue(text));

    public static PrometheusQueryApiResponse OfText(string text) => Succeeded(writer => writer.WriteStringValue(text));

    /// <summary>Senders say what values mean; help texts and units do not reach us, so they are empty.</summary>
    public static PrometheusQueryApiResponse OfMetadata(IReadOnlyDictionary<string, MetricKind> kinds, string metric, int limit) => Succeeded(writer =>
    {
        writer.WriteStartObject();
        var wanted = kinds.Where(pair => metric.Length == 0 || pair.Key == metric).OrderBy(pair => pair.Key, StringComparer.Ordinal);
        foreach (var (name, kind) in limit > 0 ? wanted.Take(limit) : wanted)
        {
            writer.WriteStartArray(name);
            writer.WriteStartObject();
            writer.WriteString("type", kind.ToString().ToLowerInvariant());
            writer.WriteString("help", "");
            writer.WriteString("unit", "");
            writer.WriteEndObject();
            writer.WriteEndArray();
        }
        writer.WriteEndObject();
    });

    /// <param name="spokenVersion">Of Prometheus, whose API this is.</param>
    /// <param name="ownVersion">Of this program.</param>
    public static PrometheusQueryApiResponse OfBuild(string spokenVersion, string ownVersion) => Succeeded(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("version", spokenVersion);
        writer.WriteString("revision", ownVersion);
        writer.WriteString("branch", "observability");
        writer.WriteString("buildUser", "");
        writer.WriteString("buildDate", "");
        writer.WriteString("goVersion", "");
        writer.WriteEndObject();
    });

    public static PrometheusQueryApiResponse Failed(int statusCode, string errorType, string error) => new(statusCode, (writer, _) =>
    {
        writer.WriteString("status", "error");
        writer.WriteString("errorType", errorType);
        writer.WriteString("error", error);
        return Task.CompletedTask;
    });

    public async Task WriteAsync(HttpResponse response)
    {
        response.StatusCode = _statusCode;
        response.ContentType = "application/json";
        await using var writer = new Utf8JsonWriter(response.BodyWriter, WriterOptions);
        var flushed = 0L;
        writer.WriteStartObject();
        await _writeBody(writer, FlushAsync);
        writer.WriteEndObject();
        await writer.FlushAsync();

        async Task FlushAsync()
        {
            if (writer.BytesPending + writer.BytesCommitted - flushed >= FlushBytes)
            {
                await writer.FlushAsync(response.HttpContext.RequestAborted);
                await response.BodyWriter.FlushAsync(response.HttpContext.RequestAborted);
                flushed = writer.BytesCommitted;
            }
        }
    }

    private static PrometheusQueryApiResponse Succeeded(Action<Utf8JsonWriter> writeData) => new(StatusCodes.Status200OK, (writer, _) =>
    {
        writer.WriteString("status", "success");
        writer.WritePropertyName("data");
        writeData(writer);
        return Task.CompletedTask;
    });

    private static PrometheusQueryApiResponse OfList<T>(IEnumerable<T> items, int count, int limit, Action<Utf8JsonWriter, T> write) => new(StatusCodes.Status200OK, async (writer, flush) =>
    {
        writer.WriteString("status", "success");
        writer.WriteStartArray("data");
        foreach (var item in limit > 0 ? items.Take(limit) : items)
        {
            write(writer, item);
            await flush();
        }
        writer.WriteEndArray();
        WriteTexts(writer, "warnings", limit > 0 && count > limit ? [Truncated(limit, count)] : []);
    });

    /// <returns>How many series there are, written or not.</returns>
    private static async Task<int> WriteValueAsync(Utf8JsonWriter writer, QueryValue value, int limit, Func<Task> flush)
    {
        switch (value)
        {
            case Scalar scalar:
                WriteSample(writer, scalar.TimeMilliseconds, NumberText.Format(scalar.Value));
                return 1;
            case StringValue text:
                WriteSample(writer, text.TimeMilliseconds, text.Value);
                return 1;
            case InstantVector vector:
                await WriteVectorAsync(writer, vector, limit, flush);
                return vector.Samples.Count;
            default:
                var matrix = (RangeMatrix)value;
                await WriteMatrixAsync(writer, matrix, limit, flush);
                return matrix.Series.Count;
        }
    }

    private static async Task WriteVectorAsync(Utf8JsonWriter writer, InstantVector vector, int limit, Func<Task> flush)
    {
        writer.WriteStartArray();
        foreach (var sample in limit > 0 ? vector.Samples.Take(limit) : vector.Samples)
        {
            writer.WriteStartObject();
            writer.WritePropertyName("metric");
            WriteLabels(writer, sample.Labels);
            writer.WritePropertyName("value");
            WriteSample(writer, vector.TimeMilliseconds, NumberText.Format(sample.Value));
            writer.WriteEndObject();
            await flush();
        }
        writer.WriteEndArray();
    }

    private static async Task WriteMatrixAsync(Utf8JsonWriter writer, RangeMatrix matrix, int limit, Func<Task> flush)
    {
        writer.WriteStartArray();
        foreach (var series in limit > 0 ? matrix.Series.Take(limit) : matrix.Series)
        {
            await flush();
            writer.WriteStartObject();
            writer.WritePropertyName("metric");
            WriteLabels(writer, series.Labels);
            writer.WriteStartArray("values");
            for (var i = 0; i < series.Timestamps.Length; i++)
            {
                WriteSample(writer, series.Timestamps.Span[i], NumberText.Format(series.Values.Span[i]));
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    private static void WriteSample(Utf8JsonWriter writer, long timeMilliseconds, string value)
    {
        writer.WriteStartArray();
        writer.WriteRawValue(string.Create(CultureInfo.InvariantCulture, $"{timeMilliseconds / 1000m:0.###}"), skipInputValidation: true);
        writer.WriteStringValue(value);
        writer.WriteEndArray();
    }

    private static void WriteLabels(Utf8JsonWriter writer, LabelSet labels)
    {
        writer.WriteStartObject();
        foreach (var (name, value) in labels.AsSpan())
        {
            writer.WriteString(name, value);
        }
        writer.WriteEndObject();
    }

    private static string Truncated(int limit, int count) => $"results truncated due to limit: {limit} of {count}";

    private static List<string> TextsOf(IReadOnlyList<Annotation> annotations, AnnotationLevel level) =>
        [.. annotations.Where(annotation => annotation.Level == level).Select(static annotation => annotation.ToString())];

    private static void WriteTexts(Utf8JsonWriter writer, string name, IReadOnlyList<string> texts)
    {
        if (texts.Count == 0)
        {
            return;
        }
        writer.WriteStartArray(name);
        foreach (var text in texts)
        {
            writer.WriteStringValue(text);
        }
        writer.WriteEndArray();
    }
}
