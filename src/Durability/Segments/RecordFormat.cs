using System.Buffers.Binary;

namespace Observability.Durability;

/// <summary>
/// A record: 32 bytes of header, the content, zeros up to a multiple of 8. Little-endian: content length 4, records of the group still to come 4,
/// sequence 8, flushed through 8, low half of the generation 4, CRC-32C 4.
/// </summary>
/// <remarks>
/// The checksum covers incarnation and generation (as its seed), the header before it, and the content's own checksum. Content is summed by the thread
/// that appends, so that the one writer only sums 32 bytes a record. Bytes of an earlier use of the file fail it, because the generation differs.
/// "Flushed through" is the last sequence that was on the device before this record was written. It tells damage from a torn tail: what a later record
/// calls flushed and cannot be read was lost, everything else was never acknowledged.
/// </remarks>
internal static class RecordFormat
{
    public const int HeaderBytes = 32;
    private const int ChecksumPosition = 28;

    /// <summary>Records begin at multiples of this, so a search behind damage looks at every eighth byte.</summary>
    public const int Alignment = 8;

    public static long StoredBytes(int contentLength) => ((long)HeaderBytes + contentLength + Alignment - 1) & ~(Alignment - 1L);

    /// <summary>What every record of one segment starts its checksum with.</summary>
    public static uint Seed(ulong incarnation, ulong generation)
    {
        Span<byte> identity = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(identity, incarnation);
        BinaryPrimitives.WriteUInt64LittleEndian(identity[8..], generation);
        return Crc32C.Compute(identity);
    }

    public static void WriteHeader(Span<byte> target, in RecordHeader header, LogSegment segment, uint contentChecksum)
    {
        BinaryPrimitives.WriteInt32LittleEndian(target, header.ContentLength);
        BinaryPrimitives.WriteInt32LittleEndian(target[4..], header.GroupRemaining);
        BinaryPrimitives.WriteUInt64LittleEndian(target[8..], header.Sequence);
        BinaryPrimitives.WriteUInt64LittleEndian(target[16..], header.FlushedThrough);
        BinaryPrimitives.WriteUInt32LittleEndian(target[24..], (uint)segment.Generation);
        BinaryPrimitives.WriteUInt32LittleEndian(target[ChecksumPosition..], Checksum(target, segment, contentChecksum));
    }

    /// <summary>Looks at a header without its content: whether it may be a record of the segment at all, by the fields that cost nothing.</summary>
    /// <param name="source">At least <see cref="HeaderBytes"/>.</param>
    /// <param name="segment">Whose record it should be.</param>
    /// <param name="bytesLeft">From the header to the end of the file.</param>
    /// <param name="header">What stands there.</param>
    public static bool IsPlausible(ReadOnlySpan<byte> source, LogSegment segment, long bytesLeft, out RecordHeader header)
    {
        header = new RecordHeader(
            BinaryPrimitives.ReadInt32LittleEndian(source),
            BinaryPrimitives.ReadInt32LittleEndian(source[4..]),
            BinaryPrimitives.ReadUInt64LittleEndian(source[8..]),
            BinaryPrimitives.ReadUInt64LittleEndian(source[16..]));
        return BinaryPrimitives.ReadUInt32LittleEndian(source[24..]) == (uint)segment.Generation
            && header.Sequence >= segment.FirstSequence
            && header.FlushedThrough < header.Sequence
            && header.GroupRemaining >= 0
            && header.ContentLength >= 0
            && StoredBytes(header.ContentLength) <= bytesLeft;
    }

    /// <param name="source">Header and content of a plausible record.</param>
    /// <param name="header">Its header.</param>
    /// <param name="segment">Whose record it should be.</param>
    public static bool IsIntact(ReadOnlySpan<byte> source, in RecordHeader header, LogSegment segment) =>
        BinaryPrimitives.ReadUInt32LittleEndian(source[ChecksumPosition..])
            == Checksum(source, segment, Crc32C.Compute(source.Slice(HeaderBytes, header.ContentLength)));

    private static uint Checksum(ReadOnlySpan<byte> header, LogSegment segment, uint contentChecksum)
    {
        Span<byte> content = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(content, contentChecksum);
        return Crc32C.Append(Crc32C.Append(segment.ChecksumSeed, header[..ChecksumPosition]), content);
    }
}

/// <param name="ContentLength">Bytes behind the header.</param>
/// <param name="GroupRemaining">Records of the same group that follow; 0 ends a group.</param>
/// <param name="Sequence">Place in the log.</param>
/// <param name="FlushedThrough">Last sequence on the device before this was written.</param>
internal readonly record struct RecordHeader(int ContentLength, int GroupRemaining, ulong Sequence, ulong FlushedThrough);
