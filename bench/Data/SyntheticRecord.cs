namespace Observability.Bench.Data;

/// <summary>An attribute; the value is a string, a long, a double or a bool, as OTLP has them.</summary>
internal readonly record struct SyntheticAttribute(string Key, object Value);

/// <summary>One log record before it is written as protobuf or JSON.</summary>
internal sealed record SyntheticRecord(long TimeUnixNanoseconds, int SeverityNumber, string SeverityText, string Body, IReadOnlyList<SyntheticAttribute> Attributes, byte[] TraceId, byte[] SpanId);

/// <summary>The records of one process in one request.</summary>
internal sealed record SyntheticBatch(IReadOnlyList<SyntheticAttribute> Resource, IReadOnlyList<SyntheticRecord> Records);
