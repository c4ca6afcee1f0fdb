using System.Text.Json;
using Observability.Collector.Normalizing;
using Observability.Collector.Receiving.Bodies;
using Observability.Collector.Receiving.Otlp;
using Observability.Collector.Receiving.Otlp.Json;
using Observability.Collector.Receiving.Otlp.Rows;
using Observability.ServiceDefaults.Access;

namespace Observability.Collector.Receiving.LokiPush;

/// <summary>
/// Turns one push of Loki's (grafana/loki, pkg/push/push.proto, or its JSON) into finished frames, one for each environment, through the same rows as OTLP.
/// A push is taken whole or not at all: its answer can name one fault, so the first one ends it.
/// </summary>
internal sealed class LokiPushDecoder : IDisposable
{
    /// <summary>Of the frames, and the label <c>source</c> of streams that bring none.</summary>
    public const string Source = "loki";

    private readonly OtlpValues _values = new();
    private readonly EnvironmentWriters _writers = new();
    private readonly LogRows _rows;
    private readonly PushedStream _stream;
    private readonly PartialSuccess _partial = new();

    public LokiPushDecoder(EnvironmentResolver environments)
    {
        _rows = new LogRows(_values, _writers, environments, _partial, Source, ResourceNames.Loki);
        _stream = new PushedStream(_values, _rows, _partial);
    }

    /// <returns>Finished frames, valid until the next call; empty when there was no line.</returns>
    /// <exception cref="MalformedPayloadException">The push is refused; the position counts streams and entries from 1.</exception>
    public IReadOnlyList<ReadOnlyMemory<byte>> Decode(MediaType encoding, byte[] payload, int length, ReceiveLimits limits, Actor actor, long receivedUnixNanoseconds)
    {
        _values.Reset(payload, length);
        _writers.Reset(Source, actor, receivedUnixNanoseconds);
        _partial.Reset();
        _rows.Reset(limits);
        _stream.Reset(limits, actor);
        try
        {
            if (encoding == MediaType.Protobuf)
            {
                new ProtobufPush(_values, _stream).Read();
            }
            else
            {
                new JsonPush(_values, _stream).Read(limits.JsonDepth);
            }
        }
        catch (JsonException exception)
        {
            throw _stream.Placed(OtlpJsonReader.Malformed(exception).Refusal);
        }
        catch (MalformedPayloadException exception)
        {
            throw _stream.Placed(exception.Refusal);
        }
        return _writers.Finish();
    }

    public void Dispose()
    {
        _values.Dispose();
        _writers.Dispose();
    }
}
