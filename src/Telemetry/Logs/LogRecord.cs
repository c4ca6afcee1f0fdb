namespace Observability.Telemetry;

/// <summary>
/// One log line as a reader gets it from a store. Writers never build these: between the bytes of a request and the frame there is no object per record.
/// </summary>
public sealed record LogRecord
{
    /// <summary>Event time, Unix nanoseconds; receipt time when the sender gave none.</summary>
    public required long TimeUnixNanoseconds { get; init; }

    /// <summary>When the Collector took it in, Unix nanoseconds.</summary>
    public required long ReceivedUnixNanoseconds { get; init; }

    /// <summary>OpenTelemetry's 1 (TRACE) to 24 (FATAL4); 0 means unspecified.</summary>
    public int SeverityNumber { get; init; }

    public string Body { get; init; } = "";

    /// <summary>What a stream selector sees: environment, source, pipeline, task, team, owner, service_name, level. Few values each.</summary>
    public required LabelSet Stream { get; init; }

    /// <summary>Everything else (structured metadata): any number of keys, any values, rendered as text.</summary>
    public IReadOnlyList<Label> Attributes { get; init; } = [];

    /// <summary>32 lower-case hex digits, or empty.</summary>
    public string TraceId { get; init; } = "";

    /// <summary>16 lower-case hex digits, or empty.</summary>
    public string SpanId { get; init; } = "";
}
