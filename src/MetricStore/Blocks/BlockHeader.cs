using System.Buffers.Binary;
using System.Globalization;
using Observability.Durability;

namespace Observability.MetricStore.Blocks;

/// <summary>
/// Where a block stands among the others: what a later one says about a stamp holds. Cuts grow with the engine's clock; the record of the journal tells apart
/// what a lost state might make again.
/// </summary>
/// <param name="CutMilliseconds">Everything that was in the head before this time is in this block or an earlier one.</param>
/// <param name="Sequence">Record of the journal up to which that holds.</param>
internal readonly record struct BlockRank(long CutMilliseconds, ulong Sequence) : IComparable<BlockRank>
{
    public int CompareTo(BlockRank other)
    {
        var byCut = CutMilliseconds.CompareTo(other.CutMilliseconds);
        return byCut != 0 ? byCut : Sequence.CompareTo(other.Sequence);
    }
}

/// <summary>
/// The first bytes of a block file, little endian: magic and version 8 · level 4 · generation 4 · first and last stamp 16 · rank 16 · lowest rank of those it
/// was made of 16 · incarnation of the journal 8 · deletions applied 8 · series 8 · samples 8 · position, length and CRC-32C of the index 8, 4, 4 ·
/// incarnation of the journal that counts deletions 8 · nothing 4 · CRC-32C of all that 4.
/// </summary>
internal sealed record BlockHeader
{
    public const int Bytes = 128;
    public const string Suffix = ".block";

    private const ulong MagicAndVersion = 0x01_4B4C424D534F; // "OSMBLK", version 1
    private const int CoveredBytes = Bytes - sizeof(uint);

    /// <summary>0 as it came from the head; one more with each compaction.</summary>
    public int Level { get; init; }

    /// <summary>One more than the highest of the blocks that this one replaces.</summary>
    public int Generation { get; init; }

    public long FirstMilliseconds { get; init; } = long.MaxValue;

    public long LastMilliseconds { get; init; } = long.MinValue;

    public BlockRank Rank { get; init; }

    public BlockRank LowestRank { get; init; }

    /// <summary>Sequences of another journal mean nothing.</summary>
    public ulong JournalIncarnation { get; init; }

    /// <summary>Deletions up to this record of the journal are done in the content.</summary>
    public ulong DeletedThrough { get; init; }

    /// <summary>The journal whose records <see cref="DeletedThrough"/> counts.</summary>
    public ulong DeletedIncarnation { get; init; }

    public long SeriesCount { get; init; }

    public long SampleCount { get; init; }

    public long IndexPosition { get; init; }

    public int IndexLength { get; init; }

    public uint IndexChecksum { get; init; }

    public string FileName => string.Create(CultureInfo.InvariantCulture, $"{Rank.CutMilliseconds:D16}-{Rank.Sequence:D20}-{Generation:D6}{Suffix}");

    /// <summary>The other block was made of this one.</summary>
    public bool IsReplacedBy(BlockHeader other) =>
        Generation < other.Generation && Rank.CompareTo(other.LowestRank) >= 0 && Rank.CompareTo(other.Rank) <= 0;

    public void Write(Span<byte> target)
    {
        target[..Bytes].Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(target, MagicAndVersion);
        BinaryPrimitives.WriteInt32LittleEndian(target[8..], Level);
        BinaryPrimitives.WriteInt32LittleEndian(target[12..], Generation);
        BinaryPrimitives.WriteInt64LittleEndian(target[16..], FirstMilliseconds);
        BinaryPrimitives.WriteInt64LittleEndian(target[24..], LastMilliseconds);
        BinaryPrimitives.WriteInt64LittleEndian(target[32..], Rank.CutMilliseconds);
        BinaryPrimitives.WriteUInt64LittleEndian(target[40..], Rank.Sequence);
        BinaryPrimitives.WriteInt64LittleEndian(target[48..], LowestRank.CutMilliseconds);
        BinaryPrimitives.WriteUInt64LittleEndian(target[56..], LowestRank.Sequence);
        BinaryPrimitives.WriteUInt64LittleEndian(target[64..], JournalIncarnation);
        BinaryPrimitives.WriteUInt64LittleEndian(target[72..], DeletedThrough);
        BinaryPrimitives.WriteInt64LittleEndian(target[80..], SeriesCount);
        BinaryPrimitives.WriteInt64LittleEndian(target[88..], SampleCount);
        BinaryPrimitives.WriteInt64LittleEndian(target[96..], IndexPosition);
        BinaryPrimitives.WriteInt32LittleEndian(target[104..], IndexLength);
        BinaryPrimitives.WriteUInt32LittleEndian(target[108..], IndexChecksum);
        BinaryPrimitives.WriteUInt64LittleEndian(target[112..], DeletedIncarnation);
        BinaryPrimitives.WriteUInt32LittleEndian(target[CoveredBytes..], Crc32C.Compute(target[..CoveredBytes]));
    }

    /// <summary>Null when the bytes are not a header that was written so.</summary>
    public static BlockHeader? Read(ReadOnlySpan<byte> source)
    {
        if (source.Length < Bytes || BinaryPrimitives.ReadUInt64LittleEndian(source) != MagicAndVersion
            || BinaryPrimitives.ReadUInt32LittleEndian(source[CoveredBytes..]) != Crc32C.Compute(source[..CoveredBytes]))
        {
            return null;
        }
        return new BlockHeader
        {
            Level = BinaryPrimitives.ReadInt32LittleEndian(source[8..]),
            Generation = BinaryPrimitives.ReadInt32LittleEndian(source[12..]),
            FirstMilliseconds = BinaryPrimitives.ReadInt64LittleEndian(source[16..]),
            LastMilliseconds = BinaryPrimitives.ReadInt64LittleEndian(source[24..]),
            Rank = new BlockRank(BinaryPrimitives.ReadInt64LittleEndian(source[32..]), BinaryPrimitives.ReadUInt64LittleEndian(source[40..])),
            LowestRank = new BlockRank(BinaryPrimitives.ReadInt64LittleEndian(source[48..]), BinaryPrimitives.ReadUInt64LittleEndian(source[56..])),
            JournalIncarnation = BinaryPrimitives.ReadUInt64LittleEndian(source[64..]),
            DeletedThrough = BinaryPrimitives.ReadUInt64LittleEndian(source[72..]),
            SeriesCount = BinaryPrimitives.ReadInt64LittleEndian(source[80..]),
            SampleCount = BinaryPrimitives.ReadInt64LittleEndian(source[88..]),
            IndexPosition = BinaryPrimitives.ReadInt64LittleEndian(source[96..]),
            IndexLength = BinaryPrimitives.ReadInt32LittleEndian(source[104..]),
            IndexChecksum = BinaryPrimitives.ReadUInt32LittleEndian(source[108..]),
            DeletedIncarnation = BinaryPrimitives.ReadUInt64LittleEndian(source[112..]),
        };
    }
}
