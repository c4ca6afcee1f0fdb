namespace Observability.Telemetry;

/// <summary>Walks the log rows of a frame without copying: call <see cref="MoveNext"/>, then read the properties; spans are valid until the next call.</summary>
public ref struct LogRowReader
{
    private readonly TelemetryFrame _frame;
    private readonly int _count;
    private ByteReader _reader;
    private int _row;
    private int _attributesLeft;

    internal LogRowReader(TelemetryFrame frame, ReadOnlySpan<byte> section, int count)
    {
        _frame = frame;
        _count = count;
        _reader = new ByteReader(section);
        _row = -1;
    }

    /// <summary>Position of the row in its frame: with the frame's name it identifies the record for ever.</summary>
    public readonly int Row => _row;

    public int Resource { get; private set; }

    public long TimeUnixNanoseconds { get; private set; }

    public int SeverityNumber { get; private set; }

    public ReadOnlySpan<byte> Body { get; private set; }

    /// <summary>16 bytes or empty.</summary>
    public ReadOnlySpan<byte> TraceId { get; private set; }

    /// <summary>8 bytes or empty.</summary>
    public ReadOnlySpan<byte> SpanId { get; private set; }

    public int AttributeCount { get; private set; }

    /// <summary>Dictionary position of the current attribute's name.</summary>
    public int AttributeName { get; private set; }

    public AttributeType AttributeType { get; private set; }

    /// <summary>UTF-8 of a text or JSON attribute; empty for the other types.</summary>
    public ReadOnlySpan<byte> AttributeText { get; private set; }

    /// <summary>An integer, or 0/1 of a boolean.</summary>
    public long AttributeInteger { get; private set; }

    public double AttributeDouble { get; private set; }

    public bool MoveNext()
    {
        while (_attributesLeft > 0)
        {
            MoveNextAttribute();
        }
        if (_row + 1 >= _count)
        {
            return false;
        }
        _row++;
        Resource = _reader.ReadIndex(_frame.Resources.Count, "resource");
        TimeUnixNanoseconds = unchecked(_frame.Header.ReceivedUnixNanoseconds + _reader.ReadSigned());
        var flags = _reader.ReadByte();
        SeverityNumber = flags & 0x1F;
        TraceId = (flags & 0x40) != 0 ? _reader.Take(16) : default;
        SpanId = (flags & 0x80) != 0 ? _reader.Take(8) : default;
        Body = _reader.ReadText();
        AttributeCount = _attributesLeft = _reader.ReadCount();
        return true;
    }

    public bool MoveNextAttribute()
    {
        if (_attributesLeft == 0)
        {
            return false;
        }
        _attributesLeft--;
        AttributeName = _reader.ReadIndex(_frame.TextCount, "attribute name");
        AttributeType = (AttributeType)_reader.ReadByte();
        AttributeText = default;
        switch (AttributeType)
        {
            case AttributeType.Text or AttributeType.Json:
                AttributeText = _reader.ReadText();
                break;
            case AttributeType.Integer:
                AttributeInteger = _reader.ReadSigned();
                break;
            case AttributeType.Double:
                AttributeDouble = _reader.ReadDouble();
                break;
            case AttributeType.Boolean:
                AttributeInteger = _reader.ReadByte();
                break;
            default:
                throw new FrameFormatException($"attribute type {(byte)AttributeType} is not known", _reader.Offset);
        }
        return true;
    }
}

/// <summary>Walks the samples of a frame: series position, time, value.</summary>
public ref struct SampleRowReader
{
    private readonly int _count;
    private readonly int _seriesCount;
    private readonly long _receivedMilliseconds;
    private ByteReader _reader;
    private int _row;

    internal SampleRowReader(TelemetryFrame frame, ReadOnlySpan<byte> section, int count)
    {
        _count = count;
        _seriesCount = frame.SeriesCount;
        _receivedMilliseconds = frame.Header.ReceivedUnixNanoseconds / 1_000_000;
        _reader = new ByteReader(section);
    }

    public int Series { get; private set; }

    public long TimestampMilliseconds { get; private set; }

    public double Value { get; private set; }

    public bool MoveNext()
    {
        if (_row >= _count)
        {
            return false;
        }
        _row++;
        Series = _reader.ReadIndex(_seriesCount, "series");
        TimestampMilliseconds = unchecked(_receivedMilliseconds + _reader.ReadSigned());
        Value = _reader.ReadDouble();
        return true;
    }
}
