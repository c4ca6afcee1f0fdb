using System.Text;
using Observability.Collector.Normalizing;
using Observability.Collector.Receiving;
using Observability.Collector.Receiving.Bodies;
using Observability.Collector.Receiving.Otlp;
using Observability.ServiceDefaults.Access;

namespace Observability.Collector.Tests.Support;

/// <summary>An OTLP decoder under test and what it makes of a payload.</summary>
internal sealed class Decoding(CollectorConfiguration? configuration = null, Actor? actor = null) : IDisposable
{
    public const long Received = 1_795_231_900_000_000_000;

    private readonly CollectorConfiguration _configuration = configuration ?? Configurations.Shipped;
    private readonly OtlpDecoder _decoder = new(new EnvironmentResolver(() => configuration ?? Configurations.Shipped));

    public PartialSuccess Partial => _decoder.Partial;

    public IReadOnlyList<ReadOnlyMemory<byte>> Frames(OtlpSignal signal, MediaType encoding, byte[] payload) =>
        _decoder.Decode(signal, encoding, payload, payload.Length, ReceiveLimits.Of(_configuration.Limits), actor ?? Actor.Unsigned, Received);

    public IReadOnlyList<string> Lines(OtlpSignal signal, MediaType encoding, byte[] payload) => FrameText.Of(Frames(signal, encoding, payload));

    public IReadOnlyList<string> JsonLogs(string json) => Lines(OtlpSignal.Logs, MediaType.Json, Encoding.UTF8.GetBytes(json));

    public IReadOnlyList<string> JsonMetrics(string json) => Lines(OtlpSignal.Metrics, MediaType.Json, Encoding.UTF8.GetBytes(json));

    public Refusal? RefusalOf(OtlpSignal signal, MediaType encoding, byte[] payload)
    {
        try
        {
            Frames(signal, encoding, payload);
            return null;
        }
        catch (MalformedPayloadException exception)
        {
            return exception.Refusal;
        }
    }

    public void Dispose() => _decoder.Dispose();
}
