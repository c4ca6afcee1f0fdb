namespace Observability.Collector.Receiving.Otlp;

/// <summary>Names under which scope fields are kept (OpenTelemetry, "Instrumentation Scope" of non-OTLP exporters).</summary>
internal static class OtlpScope
{
    public static ReadOnlySpan<byte> Name => "otel.scope.name"u8;

    public static ReadOnlySpan<byte> Version => "otel.scope.version"u8;
}
