using System.Buffers.Binary;

namespace Observability.Durability;

/// <summary>Finds records where the chain of lengths is broken, and the end of the newest segment after a crash.</summary>
internal static class SegmentScan
{
    /// <summary>The first intact record at or behind <paramref name="from"/> that satisfies both minimums and is not above the maximum.</summary>
    /// <returns>Its position and header, or null.</returns>
    public static (long Position, RecordHeader Header)? Find(SegmentWindow window, LogSegment segment, long from, long end, SearchFor wanted)
    {
        var generation = (uint)segment.Generation;
        for (var position = from; end - position >= RecordFormat.HeaderBytes; position += RecordFormat.Alignment)
        {
            var loaded = window.From(segment, position);
            if (loaded.Length < RecordFormat.HeaderBytes)
            {
                loaded = window.Load(segment, position, end, RecordFormat.HeaderBytes);
                if (loaded.Length < RecordFormat.HeaderBytes)
                {
                    return null;
                }
            }
            // The cheapest field first: nearly every position fails it.
            if (BinaryPrimitives.ReadUInt32LittleEndian(loaded.Span[24..]) == generation
                && RecordFormat.IsPlausible(loaded.Span, segment, end - position, out var plausible)
                && wanted.Accepts(plausible)
                && window.Read(segment, position, end, mayLoad: true, out var header, out _) == RecordState.Intact)
            {
                return (position, header);
            }
        }
        return null;
    }

    /// <summary>
    /// Where the records of the newest segment end. The first place without a record is the end, unless some record behind it was written when the
    /// missing one was already on the device: then it is damage, which a reader reports, and the end is further on. A group without its last record
    /// was never acknowledged and is cut off as a whole. Behind <c>UnsureFrom</c> stand the records of the last batch: no record tells that they were flushed.
    /// </summary>
    public static (ulong LastSequence, long End, long UnsureFrom) FindEnd(SegmentWindow window, LogSegment segment, long fileEnd)
    {
        var (lastSequence, lastEnd) = (segment.FirstSequence - 1, (long)SegmentHeader.Bytes);
        var (expected, position) = (segment.FirstSequence, (long)SegmentHeader.Bytes);
        var (flushedThrough, unsureFrom) = (0UL, (long)SegmentHeader.Bytes);
        while (true)
        {
            if (window.Read(segment, position, fileEnd, mayLoad: true, out var header, out _) == RecordState.Intact && header.Sequence == expected)
            {
                if (header.FlushedThrough > flushedThrough)
                {
                    (flushedThrough, unsureFrom) = (header.FlushedThrough, position);
                }
                position += RecordFormat.StoredBytes(header.ContentLength);
                expected++;
                if (header.GroupRemaining == 0)
                {
                    (lastSequence, lastEnd) = (header.Sequence, position);
                }
                continue;
            }
            var search = position + RecordFormat.Alignment;
            if (Find(window, segment, search, fileEnd, new SearchFor(expected + 1, FlushedThrough: expected)) is null)
            {
                return (lastSequence, lastEnd, unsureFrom);
            }
            var next = Find(window, segment, search, fileEnd, new SearchFor(expected + 1))!.Value;
            (expected, position) = (next.Header.Sequence, next.Position);
        }
    }
}

/// <param name="Sequence">At least.</param>
/// <param name="LastSequence">At most.</param>
/// <param name="FlushedThrough">At least.</param>
internal readonly record struct SearchFor(ulong Sequence, ulong LastSequence = ulong.MaxValue, ulong FlushedThrough = 0)
{
    public bool Accepts(in RecordHeader header) =>
        header.Sequence >= Sequence && header.Sequence <= LastSequence && header.FlushedThrough >= FlushedThrough;
}
