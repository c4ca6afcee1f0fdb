using System.Text.Json;
using Observability.Telemetry;

namespace Observability.LogStore.Elasticsearch;

/// <summary>Makes records of documents.</summary>
internal static class HitReader
{
    public static LogRecord Read(JsonElement source) => new()
    {
        TimeUnixNanoseconds = source.GetProperty(Fields.Time).GetInt64(),
        ReceivedUnixNanoseconds = source.GetProperty(Fields.Received).GetInt64(),
        SeverityNumber = source.GetProperty(Fields.Severity).GetInt32(),
        Body = source.GetProperty(Fields.Body).GetString()!,
        Stream = LabelSet.Of(Labels(source.GetProperty(Fields.Labels))),
        Attributes = [.. Labels(source.GetProperty(Fields.Attributes))],
        TraceId = Text(source, Fields.TraceId),
        SpanId = Text(source, Fields.SpanId),
    };

    private static IEnumerable<Label> Labels(JsonElement labels) => labels.EnumerateObject().Select(label => new Label(label.Name, label.Value.GetString()!));

    private static string Text(JsonElement source, string field) => source.TryGetProperty(field, out var value) ? value.GetString()! : "";
}
