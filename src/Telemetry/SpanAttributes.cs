namespace Observability.Telemetry;

/// <summary>
/// What a log row holds that was a span: attributes of ours, since the fields of a span have no names among OpenTelemetry's attributes. A row of a trace without
/// <see cref="Duration"/> is an event of its span.
/// </summary>
public static class SpanAttributes
{
    /// <summary>Value of the label <c>source</c> of streams that hold spans.</summary>
    public const string Source = "otlp-traces";

    /// <summary>Integer, nanoseconds.</summary>
    public const string Duration = "span.duration_ns";

    /// <summary>Sixteen hexadecimal digits; absent on the root.</summary>
    public const string ParentId = "span.parent_id";

    /// <summary><c>internal</c>, <c>server</c>, <c>client</c>, <c>producer</c> or <c>consumer</c>; absent when the sender did not say.</summary>
    public const string Kind = "span.kind";

    /// <summary><c>ok</c> or <c>error</c>; absent when the sender did not say.</summary>
    public const string Status = "span.status";

    public const string StatusMessage = "span.status_message";
}
