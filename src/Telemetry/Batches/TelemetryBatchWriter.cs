using System.Buffers.Binary;
using System.Text;

namespace Observability.Telemetry;

/// <summary>Two positions in a frame's dictionary: a name and its value.</summary>
public readonly record struct TextPair(int Name, int Value);

/// <summary>Type of an attribute's value in a frame. The numbers are on disk.</summary>
public enum AttributeType : byte
{
    Text = 0,
    Integer = 1,
    Double = 2,
    Boolean = 3,

    /// <summary>Arrays, maps and bytes: kept as JSON text (bytes as base64).</summary>
    Json = 4,
}

/// <summary>
/// Writes one frame, row by row, from spans: no object per record, buffers are kept between frames. Not thread-safe; rent one per request.
/// The order of calls is free but for: a resource before its log rows, a series before its samples. The format is described in README.md.
/// </summary>
public sealed class TelemetryBatchWriter : IDisposable
{
    internal const int HeaderLength = 64;
    internal const int SectionCount = 7;

    internal static ReadOnlySpan<byte> Magic => "OBF\x01"u8;     // the fourth byte is the format version

    private readonly StringDictionary _texts = new();
    private readonly ByteBuffer _names = new();
    private readonly ByteBuffer _resources = new();
    private readonly ByteBuffer _logs = new();
    private readonly ByteBuffer _attributes = new();
    private readonly ByteBuffer _series = new();
    private readonly ByteBuffer _samples = new();
    private readonly ByteBuffer _runs = new();
    private readonly ByteBuffer _frame = new();
    private FrameKind _kind;
    private long _received;
    private int _resourceCount;
    private int _seriesCount;

    public int LogCount { get; private set; }

    public int SampleCount { get; private set; }

    public int RunCount { get; private set; }

    /// <summary>Attributes of the row that was begun last.</summary>
    public int AttributeCount { get; private set; }

    public bool IsEmpty => LogCount + SampleCount + RunCount == 0;

    /// <summary>Bytes written so far but for header and dictionary: what a limit on frame size is checked against.</summary>
    public int ApproximateLength => _resources.Length + _logs.Length + _series.Length + _samples.Length + _runs.Length;

    /// <summary>Starts a frame; whatever was written before is forgotten, and memory given out by <see cref="Finish"/> becomes invalid.</summary>
    public void Reset(FrameKind kind, string environment, string source, string actor, long receivedUnixNanoseconds)
    {
        _kind = kind;
        _received = receivedUnixNanoseconds;
        _resourceCount = _seriesCount = LogCount = SampleCount = RunCount = 0;
        _texts.Clear();
        _names.Clear();
        _resources.Clear();
        _logs.Clear();
        _series.Clear();
        _samples.Clear();
        _runs.Clear();
        WriteName(environment);
        WriteName(source);
        WriteName(actor);
    }

    /// <summary>Position of a text in the frame's dictionary. For names and for values that repeat, not for bodies.</summary>
    public int Intern(ReadOnlySpan<byte> utf8) => _texts.Intern(utf8);

    public int Intern(string text)
    {
        var length = Encoding.UTF8.GetMaxByteCount(text.Length);
        Span<byte> utf8 = length <= 512 ? stackalloc byte[512] : new byte[length];
        return _texts.Intern(utf8[..Encoding.UTF8.GetBytes(text, utf8)]);
    }

    /// <summary>The text behind a position; valid until the next call that interns.</summary>
    public ReadOnlySpan<byte> Text(int index) => _texts[index];

    /// <summary>What a group of log rows shares: the labels of its stream, and attributes that are no labels. Returns its position.</summary>
    public int AddResource(ReadOnlySpan<TextPair> streamLabels, ReadOnlySpan<TextPair> attributes)
    {
        WritePairs(_resources, streamLabels);
        WritePairs(_resources, attributes);
        return _resourceCount++;
    }

    /// <summary>
    /// Starts a log row: its attributes follow, as they are met, and then <see cref="EndLog"/> with the rest, which a sender may give before or after them.
    /// A row that is not ended is forgotten by the next.
    /// </summary>
    public void BeginLog()
    {
        _attributes.Clear();
        AttributeCount = 0;
    }

    public void AddAttribute(int name, ReadOnlySpan<byte> utf8, AttributeType type = AttributeType.Text)
    {
        if (name < 0x80 && utf8.Length < 0x80)
        {
            // Nearly every attribute: three bytes and the text, with one check of the room.
            var span = _attributes.Reserve(3 + utf8.Length);
            span[0] = (byte)name;
            span[1] = (byte)type;
            span[2] = (byte)utf8.Length;
            utf8.CopyTo(span[3..]);
            AttributeCount++;
            return;
        }
        BeginAttribute(name, type);
        _attributes.WriteText(utf8);
    }

    public void AddAttribute(int name, long value)
    {
        BeginAttribute(name, AttributeType.Integer);
        _attributes.WriteSigned(value);
    }

    public void AddAttribute(int name, double value)
    {
        BeginAttribute(name, AttributeType.Double);
        _attributes.WriteDouble(value);
    }

    public void AddAttribute(int name, bool value)
    {
        BeginAttribute(name, AttributeType.Boolean);
        _attributes.WriteByte(value ? (byte)1 : (byte)0);
    }

    /// <param name="resource">From <see cref="AddResource"/>.</param>
    /// <param name="timeUnixNanoseconds">Event time; pass the receipt time when the sender gave none.</param>
    /// <param name="severityNumber">0 to 24.</param>
    /// <param name="body">UTF-8.</param>
    /// <param name="traceId">16 bytes or empty.</param>
    /// <param name="spanId">8 bytes or empty.</param>
    public void EndLog(int resource, long timeUnixNanoseconds, int severityNumber, ReadOnlySpan<byte> body, ReadOnlySpan<byte> traceId, ReadOnlySpan<byte> spanId)
    {
        _logs.WriteVarint(resource);
        _logs.WriteSigned(unchecked(timeUnixNanoseconds - _received));
        var hasTrace = traceId.Length == 16;
        var hasSpan = spanId.Length == 8;
        _logs.WriteByte((byte)((severityNumber & 0x1F) | (hasTrace ? 0x40 : 0) | (hasSpan ? 0x80 : 0)));
        if (hasTrace)
        {
            _logs.WriteBytes(traceId);
        }
        if (hasSpan)
        {
            _logs.WriteBytes(spanId);
        }
        _logs.WriteText(body);
        _logs.WriteVarint(AttributeCount);
        _logs.WriteBytes(_attributes.Written);
        LogCount++;
    }

    /// <param name="kind">What its values mean.</param>
    /// <param name="labels">Including <c>__name__</c>; any order.</param>
    public int AddSeries(MetricKind kind, ReadOnlySpan<TextPair> labels)
    {
        _series.WriteByte((byte)kind);
        WritePairs(_series, labels);
        return _seriesCount++;
    }

    public void AddSample(int series, long timestampMilliseconds, double value)
    {
        _samples.WriteVarint(series);
        _samples.WriteSigned(unchecked(timestampMilliseconds - _received / 1_000_000));
        _samples.WriteDouble(value);
        SampleCount++;
    }

    public void AddRun(RunEvent runEvent)
    {
        _runs.WriteText(RunEventJson.Serialize(runEvent));
        RunCount++;
    }

    /// <summary>The whole frame; valid until <see cref="Reset"/>.</summary>
    public ReadOnlyMemory<byte> Finish()
    {
        _frame.Clear();
        var header = _frame.Reserve(HeaderLength);
        header.Clear();
        Magic.CopyTo(header);
        header[4] = (byte)_kind;
        BinaryPrimitives.WriteInt64LittleEndian(header[8..], _received);
        BinaryPrimitives.WriteInt32LittleEndian(header[16..], LogCount);
        BinaryPrimitives.WriteInt32LittleEndian(header[20..], SampleCount);
        BinaryPrimitives.WriteInt32LittleEndian(header[24..], RunCount);
        BinaryPrimitives.WriteInt32LittleEndian(header[28..], _resourceCount);
        BinaryPrimitives.WriteInt32LittleEndian(header[32..], _seriesCount);

        AppendSection(0, _names.Written);
        var dictionaryStart = _frame.Length;
        _texts.WriteTo(_frame);
        WriteSectionLength(1, _frame.Length - dictionaryStart);
        AppendSection(2, _resources.Written);
        AppendSection(3, _logs.Written);
        AppendSection(4, _series.Written);
        AppendSection(5, _samples.Written);
        AppendSection(6, _runs.Written);
        return _frame.WrittenMemory;
    }

    public void Dispose()
    {
        _texts.Dispose();
        foreach (var buffer in (ReadOnlySpan<ByteBuffer>)[_names, _resources, _logs, _attributes, _series, _samples, _runs, _frame])
        {
            buffer.Dispose();
        }
    }

    private void AppendSection(int index, ReadOnlySpan<byte> bytes)
    {
        _frame.WriteBytes(bytes);
        WriteSectionLength(index, bytes.Length);
    }

    private void WriteSectionLength(int index, int length) =>
        BinaryPrimitives.WriteInt32LittleEndian(_frame.WrittenForPatch(36 + (4 * index), 4), length);

    private void WriteName(string name)
    {
        Span<byte> utf8 = stackalloc byte[Encoding.UTF8.GetMaxByteCount(name.Length)];
        _names.WriteText(utf8[..Encoding.UTF8.GetBytes(name, utf8)]);
    }

    private void BeginAttribute(int name, AttributeType type)
    {
        _attributes.WriteVarint(name);
        _attributes.WriteByte((byte)type);
        AttributeCount++;
    }

    private static void WritePairs(ByteBuffer target, ReadOnlySpan<TextPair> pairs)
    {
        target.WriteVarint(pairs.Length);
        foreach (var (name, value) in pairs)
        {
            target.WriteVarint(name);
            target.WriteVarint(value);
        }
    }
}
