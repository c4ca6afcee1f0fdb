using System.Collections.Concurrent;
using System.Text;
using Observability.Telemetry;

namespace Observability.MetricStore.Head;

/// <summary>One series as it was when the image was taken: of its last chunk only the first samples belong to it.</summary>
internal readonly record struct SeriesImage(LabelSet Labels, SampleChunk[] Chunks, int LastChunkCount);

/// <summary>
/// The head at one moment. Its binary form, all numbers LEB128 unless said otherwise: format version (one byte) · count of (metric name, kind byte) ·
/// count of series, each: count of (name, value), count of samples, first stamp and then the differences, values as 8-byte doubles (little endian).
/// A text is a number; a number that was not seen yet is followed by the text itself. The file around it brings the checksum.
/// </summary>
public sealed class HeadImage
{
    private const byte FormatVersion = 1;

    private readonly IReadOnlyList<SeriesImage> _series;
    private readonly IReadOnlyList<KeyValuePair<string, MetricKind>> _kinds;

    internal HeadImage(IReadOnlyList<SeriesImage> series, IReadOnlyList<KeyValuePair<string, MetricKind>> kinds)
    {
        _series = series;
        _kinds = kinds;
    }

    public void WriteTo(Stream target)
    {
        using var writer = new BinaryWriter(target, Encoding.UTF8, leaveOpen: true);
        var texts = new Dictionary<string, int>(StringComparer.Ordinal);
        writer.Write(FormatVersion);
        writer.Write7BitEncodedInt(_kinds.Count);
        foreach (var (name, kind) in _kinds)
        {
            WriteText(writer, texts, name);
            writer.Write((byte)kind);
        }
        writer.Write7BitEncodedInt(_series.Count);
        foreach (var series in _series)
        {
            writer.Write7BitEncodedInt(series.Labels.Count);
            foreach (var (name, value) in series.Labels.AsSpan())
            {
                WriteText(writer, texts, name);
                WriteText(writer, texts, value);
            }
            WriteSamples(writer, series);
        }
    }

    /// <exception cref="InvalidDataException">Not what <see cref="WriteTo"/> writes.</exception>
    internal static void ReadInto(Stream source, ConcurrentDictionary<string, MetricKind> kinds, Action<LabelSet, long[], double[]> addSeries)
    {
        using var reader = new BinaryReader(source, Encoding.UTF8, leaveOpen: true);
        var version = reader.ReadByte();
        if (version != FormatVersion)
        {
            throw new InvalidDataException($"the metric head has format version {version}; this program reads {FormatVersion}: upgrade it first");
        }
        var texts = new List<string>();
        for (var left = reader.Read7BitEncodedInt(); left > 0; left--)
        {
            kinds[ReadText(reader, texts)] = (MetricKind)reader.ReadByte();
        }
        for (var left = reader.Read7BitEncodedInt(); left > 0; left--)
        {
            var labels = new Label[reader.Read7BitEncodedInt()];
            for (var i = 0; i < labels.Length; i++)
            {
                labels[i] = new Label(ReadText(reader, texts), ReadText(reader, texts));
            }
            var (timestamps, values) = ReadSamples(reader);
            addSeries(LabelSet.FromSorted(labels), timestamps, values);
        }
    }

    private static void WriteSamples(BinaryWriter writer, SeriesImage series)
    {
        var count = series.LastChunkCount;
        for (var i = 0; i < series.Chunks.Length - 1; i++)
        {
            count += series.Chunks[i].Count;
        }
        writer.Write7BitEncodedInt(count);
        long previous = 0;
        for (var i = 0; i < series.Chunks.Length; i++)
        {
            var ofChunk = i == series.Chunks.Length - 1 ? series.LastChunkCount : series.Chunks[i].Count;
            for (var at = 0; at < ofChunk; at++)
            {
                var timestamp = series.Chunks[i].TimestampAt(at);
                writer.Write7BitEncodedInt64(timestamp - previous);
                previous = timestamp;
                writer.Write(series.Chunks[i].ValueAt(at));
            }
        }
    }

    private static (long[] Timestamps, double[] Values) ReadSamples(BinaryReader reader)
    {
        var count = reader.Read7BitEncodedInt();
        var timestamps = new long[count];
        var values = new double[count];
        long previous = 0;
        for (var i = 0; i < count; i++)
        {
            previous += reader.Read7BitEncodedInt64();
            timestamps[i] = previous;
            values[i] = reader.ReadDouble();
        }
        return (timestamps, values);
    }

    private static void WriteText(BinaryWriter writer, Dictionary<string, int> texts, string text)
    {
        if (texts.TryGetValue(text, out var number))
        {
            writer.Write7BitEncodedInt(number);
            return;
        }
        writer.Write7BitEncodedInt(texts.Count);
        writer.Write(text);
        texts.Add(text, texts.Count);
    }

    private static string ReadText(BinaryReader reader, List<string> texts)
    {
        var number = reader.Read7BitEncodedInt();
        if (number == texts.Count)
        {
            texts.Add(reader.ReadString());
        }
        return number < texts.Count ? texts[number] : throw new InvalidDataException($"text {number} of the metric head was not written before; only {texts.Count} were");
    }
}
