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
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly int _statusCode;
    private readonly Action<Utf8JsonWriter> _writeBody;

    private PrometheusQueryApiResponse(int statusCode, Action<Utf8JsonWriter> writeBody)
    {
        _statusCode = statusCode;
        _writeBody = writeBody;
    }

    public static PrometheusQueryApiResponse Of(QueryResult result) => new(StatusCodes.Status200OK, writer =>
    {
        writer.WriteString("status", "success");
        writer.WriteStartObject("data");
        writer.WriteString("resultType", result.Value switch { Scalar => "scalar", StringValue => "string", InstantVector => "vector", _ => "matrix" });
        writer.WritePropertyName("result");
        WriteValue(writer, result.Value);
        writer.WriteEndObject();
        WriteAnnotations(writer, "warnings", result.Annotations, AnnotationLevel.Warning);
        WriteAnnotations(writer, "infos", result.Annotations, AnnotationLevel.Info);
    });

    /// <param name="series">Any order.</param>
    /// <param name="limit">0 is all; when there are more, a warning says so.</param>
    public static PrometheusQueryApiResponse OfSeries(IReadOnlyCollection<LabelSet> series, int limit) =>
        OfList(series.OrderBy(labels => labels.ToString(), StringComparer.Ordinal), series.Count, limit, WriteLabels);

    public static PrometheusQueryApiResponse OfTexts(IReadOnlyCollection<string> texts, int limit) =>
        OfList(texts.Order(StringComparer.Ordinal), texts.Count, limit, static (writer, text) => writer.WriteStringValue(text));

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

    public static PrometheusQueryApiResponse Failed(int statusCode, string errorType, string error) => new(statusCode, writer =>
    {
        writer.WriteString("status", "error");
        writer.WriteString("errorType", errorType);
        writer.WriteString("error", error);
    });

    public async Task WriteAsync(HttpResponse response)
    {
        response.StatusCode = _statusCode;
        response.ContentType = "application/json";
        await using var writer = new Utf8JsonWriter(response.BodyWriter, WriterOptions);
        writer.WriteStartObject();
        _writeBody(writer);
        writer.WriteEndObject();
        await writer.FlushAsync();
    }

    private static PrometheusQueryApiResponse Succeeded(Action<Utf8JsonWriter> writeData) => new(StatusCodes.Status200OK, writer =>
    {
        writer.WriteString("status", "success");
        writer.WritePropertyName("data");
        writeData(writer);
    });

    private static PrometheusQueryApiResponse OfList<T>(IEnumerable<T> items, int count, int limit, Action<Utf8JsonWriter, T> write) => new(StatusCodes.Status200OK, writer =>
    {
        writer.WriteString("status", "success");
        writer.WriteStartArray("data");
        foreach (var item in limit > 0 ? items.Take(limit) : items)
        {
            write(writer, item);
        }
        writer.WriteEndArray();
        if (limit > 0 && count > limit)
        {
            writer.WriteStartArray("warnings");
            writer.WriteStringValue($"results truncated due to limit: {limit} of {count}");
            writer.WriteEndArray();
        }
    });

    private static void WriteValue(Utf8JsonWriter writer, QueryValue value)
    {
        switch (value)
        {
            case Scalar scalar:
                WriteSample(writer, scalar.TimeMilliseconds, NumberText.Format(scalar.Value));
                break;
            case StringValue text:
                WriteSample(writer, text.TimeMilliseconds, text.Value);
                break;
            case InstantVector vector:
                WriteVector(writer, vector);
                break;
            case RangeMatrix matrix:
                WriteMatrix(writer, matrix);
                break;
        }
    }

    private static void WriteVector(Utf8JsonWriter writer, InstantVector vector)
    {
        writer.WriteStartArray();
        foreach (var sample in vector.Samples)
        {
            writer.WriteStartObject();
            writer.WritePropertyName("metric");
            WriteLabels(writer, sample.Labels);
            writer.WritePropertyName("value");
            WriteSample(writer, vector.TimeMilliseconds, NumberText.Format(sample.Value));
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    private static void WriteMatrix(Utf8JsonWriter writer, RangeMatrix matrix)
    {
        writer.WriteStartArray();
        foreach (var series in matrix.Series)
        {
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

    private static void WriteAnnotations(Utf8JsonWriter writer, string name, IReadOnlyList<Annotation> annotations, AnnotationLevel level)
    {
        var texts = annotations.Where(annotation => annotation.Level == level).Select(annotation => annotation.ToString()).ToList();
        if (texts.Count == 0)
        {
            return;
        }
        writer.WriteStartArray(name);
        texts.ForEach(writer.WriteStringValue);
        writer.WriteEndArray();
    }
}
