namespace Observability.LogStore.Elasticsearch;

/// <summary>Fields of a document. They are in users' indices: a name never changes its meaning.</summary>
internal static class Fields
{
    /// <summary>What data streams and Kibana want. Holds 1970 to 2262 only; searches use <see cref="Time"/>.</summary>
    public const string Timestamp = "@timestamp";

    /// <summary>Unix nanoseconds, any.</summary>
    public const string Time = "time";
    public const string Received = "received";

    /// <summary>The last full millisecond before the time, which is the time itself never: for steps that are closed on the right, as LogQL's are.</summary>
    public const string MillisecondBefore = "millisecond_before";

    /// <summary>Receipt time, sequence, row, incarnation in hex: orders the records of one time as they came.</summary>
    public const string Order = "order";
    public const string Severity = "severity_number";

    /// <summary>The labels, one keyword each.</summary>
    public const string Labels = "labels";

    /// <summary>All labels as one JSON text: what label queries aggregate over.</summary>
    public const string Stream = "stream";
    public const string Body = "body";

    /// <summary>True when the body holds a run without white space that the analyzer would cut.</summary>
    public const string HasLongRun = "has_long_run";
    public const string Attributes = "attributes";
    public const string TraceId = "trace_id";
    public const string SpanId = "span_id";
}
