namespace Observability.Configuration;

/// <summary><c>settings.yaml</c>: what is neither a rule nor a route. Every value has a default.</summary>
public sealed record SettingsConfiguration
{
    /// <summary>What stands for the id in <see cref="TraceUrl"/>.</summary>
    public const string TraceIdPlace = "{trace_id}";

    public static SettingsConfiguration Default { get; } = new();

    /// <summary>The address that people reach the Portal under; begins every link in a notice. Ends without a slash.</summary>
    public string ExternalUrl { get; init; } = "http://127.0.0.1:8080";

    /// <summary>Where a tracer shows a trace, with <see cref="TraceIdPlace"/> in it; empty when there is none.</summary>
    public string TraceUrl { get; init; } = "";

    /// <summary>OTLP over HTTP of a tracer that gets a copy of all spans, without a slash at its end; empty when there is none.</summary>
    public string ForwardTracesTo { get; init; } = "";

    /// <summary>Whole addresses of receivers of Prometheus remote write 1.0 that get a copy of all samples; each once.</summary>
    public IReadOnlyList<string> ForwardMetricsTo { get; init; } = [];

    /// <summary>How often a rule group without an interval of its own is evaluated. Default 15s.</summary>
    public TimeSpan EvaluationInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>What replay, repair or a backfill brings in pages only when it is younger. Default 6h.</summary>
    public TimeSpan PageWithin { get; init; } = TimeSpan.FromHours(6);

    public RetentionSettings Retention { get; init; } = new();

    public LimitSettings Limits { get; init; } = new();

    /// <summary>Used for what alerting.yaml's <c>global.smtp_*</c> leaves open. Null when not written.</summary>
    public SmtpSettings? Smtp { get; init; }

    /// <summary>The address of one trace in the tracer, or empty when settings name none.</summary>
    public string TraceUrlOf(string traceId) => TraceUrl.Replace(TraceIdPlace, traceId, StringComparison.Ordinal);
}

/// <summary>How long what is kept.</summary>
public sealed record RetentionSettings
{
    public TimeSpan Logs { get; init; } = TimeSpan.FromDays(30);

    public TimeSpan Metrics { get; init; } = TimeSpan.FromDays(15);

    public TimeSpan Runs { get; init; } = TimeSpan.FromDays(400);

    public TimeSpan Incidents { get; init; } = TimeSpan.FromDays(400);

    public TimeSpan Deliveries { get; init; } = TimeSpan.FromDays(90);

    public TimeSpan Decisions { get; init; } = TimeSpan.FromDays(90);

    /// <summary>Of the broker's stream; whichever of age and bytes is reached first.</summary>
    public TimeSpan TelemetryAge { get; init; } = TimeSpan.FromHours(24);

    public long TelemetryBytes { get; init; } = 10L << 30;
}
