namespace Observability.Durability;

/// <summary>A buffer over a part of one segment, moved forward by its owner. What it handed out is overwritten by the next load.</summary>
internal sealed class SegmentWindow
{
    /// <summary>Bigger: no faster, a read of this size already runs at the speed of memory; smaller: more calls.</summary>
    private const int LoadBytes = 1 << 20;

    private byte[] _buffer = [];
    private LogSegment? _segment;
    private long _start;
    private int _filled;

    /// <summary>Everything loaded from a position on; empty when it is not loaded.</summary>
    public ReadOnlyMemory<byte> From(LogSegment segment, long position)
    {
        var skip = position - _start;
        return ReferenceEquals(segment, _segment) && skip >= 0 && skip < _filled ? _buffer.AsMemory((int)skip, _filled - (int)skip) : default;
    }

    /// <summary>Loads from <paramref name="position"/> at least <paramref name="wantedBytes"/>, if there are so many before <paramref name="end"/>.</summary>
    public ReadOnlyMemory<byte> Load(LogSegment segment, long position, long end, long wantedBytes)
    {
        var bytes = (int)Math.Min(end - position, Math.Max(wantedBytes, LoadBytes));
        if (_buffer.Length < bytes)
        {
            _buffer = new byte[Math.Max(bytes, Math.Min(2 * _buffer.Length, LoadBytes))];
        }
        // Until the read succeeded the window is empty: a failed read must not leave half of another place behind.
        _filled = 0;
        var read = segment.File.Read(position, _buffer.AsSpan(0, bytes));
        _segment = segment;
        _start = position;
        _filled = read;
        return _buffer.AsMemory(0, read);
    }

    /// <summary>Header and content at a position, if they are there and intact.</summary>
    /// <param name="segment">Where.</param>
    /// <param name="position">Multiple of <see cref="RecordFormat.Alignment"/>.</param>
    /// <param name="end">Nothing behind this counts.</param>
    /// <param name="mayLoad">False: only what is already loaded, so that nothing handed out is overwritten.</param>
    /// <param name="header">The record's header.</param>
    /// <param name="content">The record's content, in this window.</param>
    public RecordState Read(LogSegment segment, long position, long end, bool mayLoad, out RecordHeader header, out ReadOnlyMemory<byte> content)
    {
        content = default;
        header = default;
        if (end - position < RecordFormat.HeaderBytes)
        {
            return RecordState.Invalid;
        }
        if (!TryCover(segment, position, end, RecordFormat.HeaderBytes, mayLoad, out var loaded))
        {
            return mayLoad ? RecordState.Invalid : RecordState.NotLoaded;
        }
        if (!RecordFormat.IsPlausible(loaded.Span, segment, end - position, out header))
        {
            return RecordState.Invalid;
        }
        if (!TryCover(segment, position, end, RecordFormat.HeaderBytes + header.ContentLength, mayLoad, out loaded))
        {
            return mayLoad ? RecordState.Invalid : RecordState.NotLoaded;
        }
        if (!RecordFormat.IsIntact(loaded.Span, header, segment))
        {
            return RecordState.Invalid;
        }
        content = loaded.Slice(RecordFormat.HeaderBytes, header.ContentLength);
        return RecordState.Intact;
    }

    private bool TryCover(LogSegment segment, long position, long end, long bytes, bool mayLoad, out ReadOnlyMemory<byte> loaded)
    {
        loaded = From(segment, position);
        if (loaded.Length < bytes && mayLoad)
        {
            loaded = Load(segment, position, end, bytes);
        }
        return loaded.Length >= bytes;
    }
}

internal enum RecordState
{
    Intact,

    /// <summary>No record: the end of what was written, bytes of an earlier use, or damage.</summary>
    Invalid,

    /// <summary>Cannot be told without a load.</summary>
    NotLoaded,
}
