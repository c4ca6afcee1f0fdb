using System.Buffers.Binary;
using System.Text;

namespace Observability.Telemetry;

/// <summary>
/// A frame opened for reading: checks the header and the dictionary, reads rows where they lie. Consumers take only the sections they need
/// (a log store never touches samples, the engine never touches log rows). Every position is checked: damaged bytes give a
/// <see cref="FrameFormatException"/>, never a wild read.
/// </summary>
public sealed class TelemetryFrame
{
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly (int Start, int Length)[] _sections;
    private readonly int[] _textOffsets;
    private readonly string?[] _texts;
    private readonly FrameResource[] _resources;

    private TelemetryFrame(ReadOnlyMemory<byte> bytes, FrameHeader header, (int, int)[] sections, int resourceCount, int seriesCount)
    {
        _bytes = bytes;
        Header = header;
        _sections = sections;
        SeriesCount = seriesCount;
        _textOffsets = ReadTextOffsets();
        _texts = new string?[Math.Max(0, _textOffsets.Length - 1)];
        _resources = ReadResources(resourceCount);
    }

    public FrameHeader Header { get; }

    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>What groups of log rows share.</summary>
    public IReadOnlyList<FrameResource> Resources => _resources;

    public int TextCount => _texts.Length;

    public int SeriesCount { get; }

    /// <summary>Reads header and dictionary. The memory must stay unchanged while the frame is used.</summary>
    /// <exception cref="FrameFormatException">Not a frame, damaged, or of a newer version.</exception>
    public static TelemetryFrame Open(ReadOnlyMemory<byte> bytes)
    {
        var sections = ReadSections(bytes.Span);
        var header = ReadHeader(bytes.Span, sections);
        return new TelemetryFrame(bytes, header, sections,
            Count(bytes.Span, 28), Count(bytes.Span, 32));
    }

    /// <summary>The header alone, for whoever only passes frames on.</summary>
    /// <exception cref="FrameFormatException">Not a frame, damaged, or of a newer version.</exception>
    public static FrameHeader PeekHeader(ReadOnlySpan<byte> bytes) => ReadHeader(bytes, ReadSections(bytes));

    /// <summary>A text of the dictionary as a string, made once per frame.</summary>
    public string Text(int index) => _texts[index] ??= Encoding.UTF8.GetString(TextUtf8(index));

    public ReadOnlySpan<byte> TextUtf8(int index)
    {
        var reader = new ByteReader(Section(1), _textOffsets[index]);
        return reader.ReadText();
    }

    /// <summary>The log rows in the order of receipt.</summary>
    public LogRowReader ReadLogs() => new(this, Section(3), Header.LogCount);

    /// <summary>Kind and labels of each series of the frame, by position.</summary>
    public (MetricKind Kind, LabelSet Labels)[] ReadSeries()
    {
        var reader = new ByteReader(Section(4));
        var series = new (MetricKind, LabelSet)[SeriesCount];
        for (var i = 0; i < series.Length; i++)
        {
            var kind = (MetricKind)reader.ReadByte();
            var labels = new Label[reader.ReadCount()];
            for (var pair = 0; pair < labels.Length; pair++)
            {
                labels[pair] = new Label(Text(reader.ReadIndex(TextCount, "text")), Text(reader.ReadIndex(TextCount, "text")));
            }
            series[i] = (kind, LabelSet.Of(labels));
        }
        return series;
    }

    /// <summary>The series as positions of texts, for whoever recognises them without making labels.</summary>
    public SeriesRowReader ReadSeriesRows() => new(this, Section(4));

    public SampleRowReader ReadSamples() => new(this, Section(5), Header.SampleCount);

    /// <exception cref="FrameFormatException">A run event is not the JSON that it should be.</exception>
    public IReadOnlyList<RunEvent> ReadRuns()
    {
        var reader = new ByteReader(Section(6));
        var runs = new RunEvent[Header.RunCount];
        for (var i = 0; i < runs.Length; i++)
        {
            var json = reader.ReadText();
            try
            {
                runs[i] = RunEventJson.Deserialize(json);
            }
            catch (System.Text.Json.JsonException exception)
            {
                throw new FrameFormatException($"run event {i} is damaged: {exception.Message}", _sections[6].Start + reader.Offset);
            }
        }
        return runs;
    }

    private ReadOnlySpan<byte> Section(int index) => _bytes.Span.Slice(_sections[index].Start, _sections[index].Length);

    private int[] ReadTextOffsets()
    {
        var reader = new ByteReader(Section(1));
        var offsets = new int[reader.ReadCount() + 1];
        for (var i = 0; i < offsets.Length - 1; i++)
        {
            offsets[i] = reader.Offset;
            reader.ReadText();
        }
        offsets[^1] = reader.Offset;
        return offsets;
    }

    private FrameResource[] ReadResources(int count)
    {
        var reader = new ByteReader(Section(2));
        var resources = new FrameResource[count];
        for (var i = 0; i < count; i++)
        {
            resources[i] = new FrameResource(ReadPairs(ref reader), ReadPairs(ref reader));
        }
        return resources;
    }

    private TextPair[] ReadPairs(ref ByteReader reader)
    {
        var pairs = new TextPair[reader.ReadCount()];
        for (var i = 0; i < pairs.Length; i++)
        {
            pairs[i] = new TextPair(reader.ReadIndex(TextCount, "text"), reader.ReadIndex(TextCount, "text"));
        }
        return pairs;
    }

    private static (int Start, int Length)[] ReadSections(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < TelemetryBatchWriter.HeaderLength)
        {
            throw new FrameFormatException($"a frame has at least {TelemetryBatchWriter.HeaderLength} bytes, this has {bytes.Length}", 0);
        }
        if (!bytes[..3].SequenceEqual(TelemetryBatchWriter.Magic[..3]))
        {
            throw new FrameFormatException("the first bytes are not those of a frame", 0);
        }
        if (bytes[3] != TelemetryBatchWriter.Magic[3])
        {
            throw new FrameFormatException($"format version {bytes[3]} is not known here, only {TelemetryBatchWriter.Magic[3]}: upgrade this program first", 3);
        }
        var sections = new (int, int)[TelemetryBatchWriter.SectionCount];
        long start = TelemetryBatchWriter.HeaderLength;
        for (var i = 0; i < sections.Length; i++)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(bytes[(36 + (4 * i))..]);
            if (length < 0 || start + length > bytes.Length)
            {
                throw new FrameFormatException($"section {i} of {length} bytes does not fit", 36 + (4 * i));
            }
            sections[i] = ((int)start, length);
            start += length;
        }
        return sections;
    }

    private static FrameHeader ReadHeader(ReadOnlySpan<byte> bytes, (int Start, int Length)[] sections)
    {
        var kind = (FrameKind)bytes[4];
        if (kind is not (FrameKind.Telemetry or FrameKind.Heartbeat))
        {
            throw new FrameFormatException($"frame kind {bytes[4]} is not known", 4);
        }
        var names = new ByteReader(bytes.Slice(sections[0].Start, sections[0].Length));
        return new FrameHeader(kind, Encoding.UTF8.GetString(names.ReadText()), Encoding.UTF8.GetString(names.ReadText()), Encoding.UTF8.GetString(names.ReadText()),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]), Count(bytes, 16), Count(bytes, 20), Count(bytes, 24));
    }

    // A row takes at least one byte, so a count above the frame's length is damage: checked before anything is sized by it.
    private static int Count(ReadOnlySpan<byte> bytes, int offset)
    {
        var count = BinaryPrimitives.ReadInt32LittleEndian(bytes[offset..]);
        return count >= 0 && count <= bytes.Length ? count : throw new FrameFormatException($"{count} rows do not fit into {bytes.Length} bytes", offset);
    }
}

/// <summary>What log rows share: labels of the stream, and attributes that are no labels. Positions are texts of the frame.</summary>
public readonly record struct FrameResource(IReadOnlyList<TextPair> StreamLabels, IReadOnlyList<TextPair> Attributes);
