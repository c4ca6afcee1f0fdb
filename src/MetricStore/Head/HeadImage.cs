using System.Collections.Concurrent;
using System.Text;
using Observability.MetricStore.Chunks;
using Observability.Telemetry;

namespace Observability.MetricStore.Head;

/// <summary>One series as it was when the image was taken.</summary>
internal readonly record struct SeriesImage(LabelSet Labels, HeldChunks Held, long Newest, double Running)
{
    public static SeriesImage Of(MemorySeries series) => new(series.Labels, series.Hold(), series.Newest, series.Running);
}

/// <summary>
/// The head at one moment. Its binary form, all numbers LEB128 unless said otherwise: format version (one byte) · count of (metric name, kind byte) ·
/// count of series, each: count of (name, value), newest stamp and running sum (8 bytes each, little endian), count of chunks, each: first stamp, last less
/// first, count, length, packed samples (<see cref="ChunkEncoder"/>). A text is a number; a number that was not seen yet is followed by the text itself.
/// The file around it brings the checksum.
/// </summary>
internal sealed class HeadImage
{
    /// <summary>1 held plain columns and was never shipped.</summary>
    private const byte FormatVersion = 2;

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
            writer.Write(series.Newest);
            writer.Write(series.Running);
            WriteChunks(writer, series.Held);
        }
    }

    /// <exception cref="InvalidDataException">Not what <see cref="WriteTo"/> writes.</exception>
    internal static void ReadInto(Stream source, ConcurrentDictionary<string, MetricKind> kinds, Action<LabelSet, SampleChunk[], long, double> addSeries)
    {
        using var reader = new BinaryReader(source, Encoding.UTF8, leaveOpen: true);
        var version = reader.ReadByte();
        if (version != FormatVersion)
        {
            throw new InvalidDataException($"the metric head has format version {version}; this program reads {FormatVersion}: use the program that wrote it, or upgrade it first");
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
            var (newest, running) = (reader.ReadInt64(), reader.ReadDouble());
            addSeries(LabelSet.FromSorted(labels), ReadChunks(reader), newest, running);
        }
    }

    private static void WriteChunks(BinaryWriter writer, in HeldChunks held)
    {
        var chunks = held.Chunks ?? [];
        writer.Write7BitEncodedInt(chunks.Length);
        for (var i = 0; i < chunks.Length; i++)
        {
            // The last one may be growing beside us: what belongs to the image is packed anew.
            var chunk = i == chunks.Length - 1 ? Copy(chunks[i], held.LastChunkCount) : chunks[i];
            writer.Write7BitEncodedInt64(chunk.First);
            writer.Write7BitEncodedInt64(chunk.Last - chunk.First);
            writer.Write7BitEncodedInt(chunk.Count);
            writer.Write7BitEncodedInt(chunk.Packed.Length);
            writer.Write(chunk.Packed);
        }
    }

    private static SampleChunk Copy(SampleChunk chunk, int count)
    {
        Span<long> timestamps = stackalloc long[SampleChunk.MaximumSamples];
        Span<double> values = stackalloc double[SampleChunk.MaximumSamples];
        ChunkDecoder.Decode(chunk.Bytes, count, timestamps[..count], values[..count]);
        return default(ChunkEncoder).Pack(timestamps[..count], values[..count]);
    }

    private static SampleChunk[] ReadChunks(BinaryReader reader)
    {
        var chunks = new SampleChunk[reader.Read7BitEncodedInt()];
        for (var i = 0; i < chunks.Length; i++)
        {
            var first = reader.Read7BitEncodedInt64();
            var last = first + reader.Read7BitEncodedInt64();
            var count = reader.Read7BitEncodedInt();
            var packed = new byte[reader.Read7BitEncodedInt() + SampleChunk.PaddingBytes];
            reader.BaseStream.ReadExactly(packed.AsSpan(0, packed.Length - SampleChunk.PaddingBytes));
            chunks[i] = SampleChunk.FromStored(first, last, count, packed);
        }
        return chunks;
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
