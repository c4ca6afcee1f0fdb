using Observability.Collector.Normalizing;
using Observability.Collector.Receiving.Bodies;
using Observability.Collector.Receiving.Otlp.Json;
using Observability.Collector.Receiving.Otlp.Protobuf;
using Observability.Collector.Receiving.Otlp.Rows;
using Observability.ServiceDefaults.Access;

namespace Observability.Collector.Receiving.Otlp;

/// <summary>Which of the two services a request is for.</summary>
internal enum OtlpSignal
{
    Logs,
    Metrics,
}

/// <summary>
/// Turns the bytes of one OTLP request into finished frames, one for each environment. Keeps its buffers between requests; not thread-safe, so each
/// request borrows one from <see cref="OtlpDecoderPool"/>.
/// </summary>
internal sealed class OtlpDecoder : IDisposable
{
    private readonly OtlpValues _values = new();
    private readonly EnvironmentWriters _writers = new();
    private readonly LogRows _logRows;
    private readonly MetricRows _metricRows;
    private readonly ProtobufLogs _protobufLogs;
    private readonly ProtobufMetrics _protobufMetrics;
    private readonly JsonLogs _jsonLogs;
    private readonly JsonMetrics _jsonMetrics;

    public OtlpDecoder(EnvironmentResolver environments)
    {
        _logRows = new LogRows(_values, _writers, environments, Partial);
        _metricRows = new MetricRows(_values, _writers, environments, Partial);
        _protobufLogs = new ProtobufLogs(_values, _logRows);
        _protobufMetrics = new ProtobufMetrics(_values, _metricRows);
        _jsonLogs = new JsonLogs(_values, _logRows);
        _jsonMetrics = new JsonMetrics(_values, _metricRows);
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
        if (signal == OtlpSignal.Logs)
        {
            _logRows.Reset(limits);
            if (encoding == MediaType.Protobuf)
            {
                _protobufLogs.Read(limits);
            }
            else
            {
                _jsonLogs.Read(limits);
            }
        }
        else
        {
            _metricRows.Reset(limits);
            if (encoding == MediaType.Protobuf)
            {
                _protobufMetrics.Read(limits);
            }
            else
            {
                _jsonMetrics.Read(limits);
            }
        }
        return _writers.Finish();
    }

    public void Dispose()
    {
        _values.Dispose();
        _writers.Dispose();
    }
}
