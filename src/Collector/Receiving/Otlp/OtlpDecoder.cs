using Observability.Collector.Normalizing;
using Observability.Collector.Receiving.Bodies;
using Observability.Collector.Receiving.Otlp.Json;
using Observability.Collector.Receiving.Otlp.Protobuf;
using Observability.Collector.Receiving.Otlp.Rows;
using Observability.ServiceDefaults.Access;
using Observability.Telemetry;

namespace Observability.Collector.Receiving.Otlp;

/// <summary>
/// Turns the bytes of one OTLP request into finished frames, one for each environment. Keeps its buffers between requests; not thread-safe, so each
/// request borrows one from <see cref="OtlpDecoderPool"/>.
/// </summary>
internal sealed class OtlpDecoder : IDisposable
{
    /// <summary>Value of the label <c>source</c> of log records that came as such.</summary>
    private const string LogSource = "otlp";

    private readonly OtlpValues _values = new();
    private readonly EnvironmentWriters _writers = new();
    private readonly ProtobufLogs _protobufLogs;
    private readonly ProtobufMetrics _protobufMetrics;
    private readonly ProtobufTraces _protobufTraces;
    private readonly JsonLogs _jsonLogs;
    private readonly JsonMetrics _jsonMetrics;
    private readonly JsonTraces _jsonTraces;

    public OtlpDecoder(EnvironmentResolver environments)
    {
        var logs = new LogRows(_values, _writers, environments, Partial, LogSource, ResourceNames.Otlp);
        var spans = new LogRows(_values, _writers, environments, Partial, SpanAttributes.Source, ResourceNames.Otlp);
        var metrics = new MetricRows(_values, _writers, environments, Partial);
        _protobufLogs = new ProtobufLogs(_values, logs);
        _protobufMetrics = new ProtobufMetrics(_values, metrics);
        _protobufTraces = new ProtobufTraces(_values, spans);
        _jsonLogs = new JsonLogs(_values, logs);
        _jsonMetrics = new JsonMetrics(_values, metrics);
        _jsonTraces = new JsonTraces(_values, spans);
    }

    public PartialSuccess Partial { get; } = new();

    /// <summary>How much memory it holds on to.</summary>
    public long BytesKept => _writers.ApproximateLength + _values.ScratchLength;

    /// <returns>Finished frames, valid until the next call; empty when every record was refused or there was none.</returns>
    /// <exception cref="MalformedPayloadException">The request is refused as a whole.</exception>
    public IReadOnlyList<ReadOnlyMemory<byte>> Decode(
        OtlpSignal signal, MediaType encoding, byte[] payload, int length, ReceiveLimits limits, Actor actor, long receivedUnixNanoseconds)
    {
        _values.Reset(payload, length);
        _writers.Reset("otlp", actor, receivedUnixNanoseconds);
        Partial.Reset();
        if (encoding == MediaType.Protobuf)
        {
            ProtobufOf(signal).Read(limits);
        }
        else
        {
            JsonOf(signal).Read(limits);
        }
        return _writers.Finish();
    }

    public void Dispose()
    {
        _values.Dispose();
        _writers.Dispose();
    }

    private ProtobufEnvelope ProtobufOf(OtlpSignal signal) => signal switch
    {
        OtlpSignal.Logs => _protobufLogs,
        OtlpSignal.Metrics => _protobufMetrics,
        _ => _protobufTraces,
    };

    private JsonEnvelope JsonOf(OtlpSignal signal) => signal switch
    {
        OtlpSignal.Logs => _jsonLogs,
        OtlpSignal.Metrics => _jsonMetrics,
        _ => _jsonTraces,
    };
}
