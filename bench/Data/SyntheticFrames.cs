using System.Text.Json;
using Observability.Bench.Decode;
using Observability.Collector.Receiving;
using Observability.Collector.Receiving.Bodies;
using Observability.Collector.Receiving.Otlp;
using Observability.Configuration;
using Observability.LogStore;
using Observability.ServiceDefaults.Access;
using Observability.Telemetry;

namespace Observability.Bench.Data;

/// <summary>Synthetic records as the Collector would store them, and as lines of JSON for the programs that they are compared with.</summary>
internal sealed class SyntheticFrames : IDisposable
{
    private const ulong Incarnation = 0xBE7C;

    private readonly OtlpDecoder _decoder = DecodeStage.NewDecoder();
    private readonly ReceiveLimits _limits = ReceiveLimits.Of(new LimitSettings());
    private ulong _sequence;

    /// <summary>A body of <c>POST /v1/logs</c> through the Collector's decoder.</summary>
    public IReadOnlyList<NamedFrame> Decode(byte[] protobuf, long receivedUnixNanoseconds) =>
        [.. _decoder.Decode(OtlpSignal.Logs, MediaType.Protobuf, protobuf, protobuf.Length, _limits, Actor.Unsigned, receivedUnixNanoseconds)
            .Select(frame => new NamedFrame(new FrameName(Incarnation, ++_sequence), frame))];

    /// <summary>One line a record, with everything that the record has.</summary>
    public static void WriteLines(Stream target, SyntheticBatch batch)
    {
        foreach (var record in batch.Records)
        {
            using (var json = new Utf8JsonWriter(target))
            {
                json.WriteStartObject();
                json.WriteNumber("time", record.TimeUnixNanoseconds);
                json.WriteNumber("severity", record.SeverityNumber);
                json.WriteString("body", record.Body);
                foreach (var (key, value) in batch.Resource.Concat(record.Attributes))
                {
                    json.WritePropertyName(key);
                    JsonSerializer.Serialize(json, value);
                }
                json.WriteString("trace_id", Convert.ToHexStringLower(record.TraceId));
                json.WriteString("span_id", Convert.ToHexStringLower(record.SpanId));
                json.WriteEndObject();
            }
            target.WriteByte((byte)'\n');
        }
    }

    public void Dispose() => _decoder.Dispose();
}
