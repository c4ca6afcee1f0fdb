namespace Observability.Telemetry;

/// <summary>
/// Walks the series of a frame without making labels of them: call <see cref="MoveNext"/>, then <see cref="MoveNextLabel"/> until it says no.
/// For consumers that know most series already and only have to recognise them.
/// </summary>
public ref struct SeriesRowReader
{
    private readonly TelemetryFrame _frame;
    private ByteReader _reader;
    private int _labelsLeft;

    internal SeriesRowReader(TelemetryFrame frame, ReadOnlySpan<byte> section)
    {
        _frame = frame;
        _reader = new ByteReader(section);
        Series = -1;
    }

    /// <summary>Position of the series in its frame: what <see cref="SampleRowReader.Series"/> names.</summary>
    public int Series { get; private set; }

    public MetricKind Kind { get; private set; }

    public int LabelCount { get; private set; }

    /// <summary>The current label: two texts of the frame, in the order in which the sender wrote them.</summary>
    public TextPair Label { get; private set; }

    public bool MoveNext()
    {
        while (_labelsLeft > 0)
        {
            MoveNextLabel();
        }
        if (Series + 1 >= _frame.SeriesCount)
        {
            return false;
        }
        Series++;
        Kind = (MetricKind)_reader.ReadByte();
        LabelCount = _labelsLeft = _reader.ReadCount();
        return true;
    }

    public bool MoveNextLabel()
    {
        if (_labelsLeft == 0)
        {
            return false;
        }
        _labelsLeft--;
        Label = new TextPair(_reader.ReadIndex(_frame.TextCount, "text"), _reader.ReadIndex(_frame.TextCount, "text"));
        return true;
    }
}
