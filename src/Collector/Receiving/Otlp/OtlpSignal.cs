namespace Observability.Collector.Receiving.Otlp;

/// <summary>Which of the services a request is for.</summary>
internal enum OtlpSignal
{
    Logs,
    Metrics,
    Traces,
}

/// <summary>What a signal is called where people read it.</summary>
internal static class OtlpSignalText
{
    public static string Of(OtlpSignal signal) => signal switch
    {
        OtlpSignal.Logs => "logs",
        OtlpSignal.Metrics => "metrics",
        _ => "traces",
    };

    /// <summary>Member of <c>partialSuccess</c> that counts what was refused.</summary>
    public static string Rejected(OtlpSignal signal) => signal switch
    {
        OtlpSignal.Logs => "rejectedLogRecords",
        OtlpSignal.Metrics => "rejectedDataPoints",
        _ => "rejectedSpans",
    };
}
