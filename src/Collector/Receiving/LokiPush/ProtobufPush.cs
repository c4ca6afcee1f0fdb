using System.Globalization;
using Observability.Collector.Receiving.Otlp;
using Observability.Collector.Receiving.Otlp.Protobuf;

namespace Observability.Collector.Receiving.LokiPush;

/// <summary>Reads <c>logproto.PushRequest</c> (grafana/loki, pkg/push/push.proto). The hash of a stream is its sender's own and is passed over.</summary>
internal readonly ref struct ProtobufPush(OtlpValues values, PushedStream stream)
{
    private const ulong NanosecondsPerSecond = 1_000_000_000;

    public void Read()
    {
        var request = new ProtobufReader(values.Payload.AsSpan(0, values.PayloadLength));
        while (request.MoveNext())
        {
            if (request.Field == 1)
            {
                stream.Begin();
                ReadStream(request.ReadMessage("PushRequest.streams"));
            }
            else
            {
                request.Skip();
            }
        }
    }

    // Labels are needed before the first entry, and a writer may put them anywhere: they are looked for first.
    private void ReadStream(ProtobufReader reader)
    {
        var ahead = reader;
        (int Offset, int Length) labels = default;
        while (ahead.MoveNext())
        {
            if (ahead.Field == 1)
            {
                labels = ahead.ReadBytes("StreamAdapter.labels");
            }
            else
            {
                ahead.Skip();
            }
        }
        LabelText.Read(values, labels.Offset, labels.Length, stream);
        stream.EndLabels();
        while (reader.MoveNext())
        {
            if (reader.Field == 2)
            {
                stream.BeginEntry();
                ReadEntry(reader.ReadMessage("StreamAdapter.entries"));
                stream.EndEntry();
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private void ReadEntry(ProtobufReader reader)
    {
        while (reader.MoveNext())
        {
            switch (reader.Field)
            {
                case 1:
                    stream.SetTime(ReadTime(reader.ReadMessage("EntryAdapter.timestamp")));
                    break;
                case 2:
                    stream.SetLine(reader.ReadText("EntryAdapter.line"));
                    break;
                case 3:
                    ReadPair(reader.ReadMessage("EntryAdapter.structuredMetadata"));
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
    }

    private static ulong ReadTime(ProtobufReader reader)
    {
        ulong seconds = 0;
        ulong nanoseconds = 0;
        while (reader.MoveNext())
        {
            switch (reader.Field)
            {
                case 1:
                    seconds = reader.ReadVarint("Timestamp.seconds");
                    break;
                case 2:
                    nanoseconds = reader.ReadVarint("Timestamp.nanos");
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
        return seconds < long.MaxValue / NanosecondsPerSecond && nanoseconds < NanosecondsPerSecond
            ? (seconds * NanosecondsPerSecond) + nanoseconds
            : throw reader.Malformed(string.Create(CultureInfo.InvariantCulture,
                $"a time of {(long)seconds} s and {(long)nanoseconds} ns; expected seconds since 1970 up to 2262 and less than a second in nanoseconds"));
    }

    private void ReadPair(ProtobufReader reader)
    {
        OtlpValue name = OtlpValue.Text(0, 0);
        OtlpValue value = OtlpValue.Text(0, 0);
        while (reader.MoveNext())
        {
            switch (reader.Field)
            {
                case 1:
                    name = reader.ReadText("LabelPairAdapter.name");
                    break;
                case 2:
                    value = reader.ReadText("LabelPairAdapter.value");
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
        stream.AddMetadata(name, value);
    }
}
