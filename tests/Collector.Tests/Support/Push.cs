using System.Text.Json;
using Observability.Collector.Normalizing;
using Observability.Collector.Receiving;
using Observability.Collector.Receiving.Bodies;
using Observability.Collector.Receiving.LokiPush;
using Observability.ServiceDefaults.Access;

namespace Observability.Collector.Tests.Support;

/// <summary>One push of Loki's as a test says it, in both of its encodings.</summary>
internal sealed record Push(params Push.Stream[] Streams)
{
    internal sealed record Stream((string Name, string Value)[] Labels, params Entry[] Entries);

    internal sealed record Entry(long Time, string Line, params (string Name, string Value)[] Metadata);

    public static Push Of((string Name, string Value)[] labels, params Entry[] entries) => new(new Stream(labels, entries));

    public byte[] Json()
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteStartArray("streams");
            foreach (var stream in Streams)
            {
                json.WriteStartObject();
                WritePairs(json, "stream", stream.Labels);
                json.WriteStartArray("values");
                foreach (var entry in stream.Entries)
                {
                    json.WriteStartArray();
                    json.WriteStringValue(entry.Time.ToString(System.Globalization.CultureInfo.InvariantCulture));
                    json.WriteStringValue(entry.Line);
                    WritePairs(json, null, entry.Metadata);
                    json.WriteEndArray();
                }
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return bytes.ToArray();
    }

    public byte[] Protobuf()
    {
        var request = new ProtobufBytes();
        foreach (var stream in Streams)
        {
            request.Message(1, bytes =>
            {
                bytes.Text(1, LabelTextOf(stream.Labels));
                foreach (var entry in stream.Entries)
                {
                    bytes.Message(2, line => Write(line, entry));
                }
                bytes.Varint(3, 0x1234_5678_9abc_def0);
            });
        }
        return request.ToArray();
    }

    public static string LabelTextOf((string Name, string Value)[] labels) =>
        "{" + string.Join(", ", labels.Select(static label => $"{label.Name}=\"{label.Value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}\"")) + "}";

    private static void Write(ProtobufBytes bytes, Entry entry)
    {
        bytes.Message(1, time => time.Varint(1, (ulong)(entry.Time / 1_000_000_000)).Varint(2, (ulong)(entry.Time % 1_000_000_000)));
        bytes.Text(2, entry.Line);
        foreach (var (name, value) in entry.Metadata)
        {
            bytes.Message(3, pair => pair.Text(1, name).Text(2, value));
        }
    }

    private static void WritePairs(Utf8JsonWriter json, string? name, (string Name, string Value)[] pairs)
    {
        if (name is not null)
        {
            json.WritePropertyName(name);
        }
        json.WriteStartObject();
        foreach (var (key, value) in pairs)
        {
            json.WriteString(key, value);
        }
        json.WriteEndObject();
    }
}

/// <summary>A decoder of pushes under test and what it makes of a payload.</summary>
internal sealed class PushDecoding(CollectorConfiguration? configuration = null, Actor? actor = null) : IDisposable
{
    private readonly CollectorConfiguration _configuration = configuration ?? Configurations.Shipped;
    private readonly LokiPushDecoder _decoder = new(new EnvironmentResolver(() => configuration ?? Configurations.Shipped));

    public IReadOnlyList<string> Lines(MediaType encoding, byte[] payload) => FrameText.Of(
        _decoder.Decode(encoding, payload, payload.Length, ReceiveLimits.Of(_configuration.Limits), actor ?? Actor.Unsigned, Decoding.Received));

    public IReadOnlyList<string> Json(string json) => Lines(MediaType.Json, System.Text.Encoding.UTF8.GetBytes(json));

    public Refusal? RefusalOf(MediaType encoding, byte[] payload)
    {
        try
        {
            Lines(encoding, payload);
            return null;
        }
        catch (MalformedPayloadException exception)
        {
            return exception.Refusal;
        }
    }

    public void Dispose() => _decoder.Dispose();
}
