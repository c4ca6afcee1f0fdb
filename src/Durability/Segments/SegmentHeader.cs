using System.Buffers.Binary;

namespace Observability.Durability;

/// <summary>
/// The first <see cref="Bytes"/> bytes of a segment file: the same sector-sized header twice, so that one bad sector does not take a segment away. All
/// numbers are little-endian: magic 8, version 4, zero 4, incarnation 8, generation 8, first sequence 8, CRC-32C of these 40 bytes 4.
/// </summary>
/// <param name="Incarnation">The same in every segment of a directory.</param>
/// <param name="Generation">Rises with each use of any file; newest segment has the highest.</param>
/// <param name="FirstSequence">Of the first record; also ends what an older segment may hold.</param>
internal readonly record struct SegmentHeader(ulong Incarnation, ulong Generation, ulong FirstSequence)
{
    /// <summary>Records begin here: one page, so that a header is never rewritten together with a record.</summary>
    public const int Bytes = 4096;

    /// <summary>Raise it when the layout of header or record changes; readers refuse what is newer than they are.</summary>
    public const uint Version = 1;

    private const ulong Magic = 0x31474F4C5342_4F00; // "\0OBSLOG1"
    private const int CoveredBytes = 40;
    private const int SecondCopyPosition = 2048;

    public void Write(IDiskFile file)
    {
        Span<byte> page = stackalloc byte[Bytes];
        page.Clear();
        Encode(page);
        Encode(page[SecondCopyPosition..]);
        file.Write(0, page);
    }

    /// <summary>Takes the header away: the file holds no records any more.</summary>
    public static void Erase(IDiskFile file)
    {
        Span<byte> page = stackalloc byte[Bytes];
        page.Clear();
        file.Write(0, page);
    }

    /// <exception cref="LogFormatException">A newer version wrote it.</exception>
    public static SegmentHeaderState Read(IDiskFile file, out SegmentHeader header)
    {
        Span<byte> page = stackalloc byte[Bytes];
        page.Clear();
        file.Read(0, page);
        var first = TryDecode(page, file.Path, out var firstHeader);
        var second = TryDecode(page[SecondCopyPosition..], file.Path, out var secondHeader);
        // A crash while a file is taken into use again can leave one copy of each generation; the newer one counts.
        header = first && (!second || firstHeader.Generation >= secondHeader.Generation) ? firstHeader : secondHeader;
        if (first || second)
        {
            return SegmentHeaderState.Valid;
        }
        // A torn first write cannot spoil both: one of the two is then still blank.
        return page[..SecondCopyPosition].ContainsAnyExcept((byte)0) && page[SecondCopyPosition..].ContainsAnyExcept((byte)0)
            ? SegmentHeaderState.Damaged
            : SegmentHeaderState.Unused;
    }

    private void Encode(Span<byte> target)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(target, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(target[8..], Version);
        BinaryPrimitives.WriteUInt64LittleEndian(target[16..], Incarnation);
        BinaryPrimitives.WriteUInt64LittleEndian(target[24..], Generation);
        BinaryPrimitives.WriteUInt64LittleEndian(target[32..], FirstSequence);
        BinaryPrimitives.WriteUInt32LittleEndian(target[CoveredBytes..], Crc32C.Compute(target[..CoveredBytes]));
    }

    private static bool TryDecode(ReadOnlySpan<byte> source, string path, out SegmentHeader header)
    {
        header = default;
        if (BinaryPrimitives.ReadUInt64LittleEndian(source) != Magic
            || BinaryPrimitives.ReadUInt32LittleEndian(source[CoveredBytes..]) != Crc32C.Compute(source[..CoveredBytes]))
        {
            return false;
        }
        var version = BinaryPrimitives.ReadUInt32LittleEndian(source[8..]);
        if (version > Version)
        {
            throw new LogFormatException($"'{path}' has format version {version}; this program knows up to {Version}. Start the newer program that wrote it");
        }
        header = new SegmentHeader(
            BinaryPrimitives.ReadUInt64LittleEndian(source[16..]),
            BinaryPrimitives.ReadUInt64LittleEndian(source[24..]),
            BinaryPrimitives.ReadUInt64LittleEndian(source[32..]));
        return true;
    }
}

internal enum SegmentHeaderState
{
    Valid,

    /// <summary>Erased, or a crash came before its first use was complete.</summary>
    Unused,

    /// <summary>Something else stands there.</summary>
    Damaged,
}
