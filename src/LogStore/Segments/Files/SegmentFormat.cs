using System.Buffers.Binary;
using Observability.Durability;
using Observability.LogStore.Segments.Compression;

namespace Observability.LogStore.Segments.Files;

/// <summary>Parts of a segment file behind its blocks. The numbers are on disk.</summary>
internal enum SectionKind : uint
{
    None = 0,

    /// <summary>Which frames are in this segment and all before it.</summary>
    Marks = 1,
    Resources = 2,
    AttributeNames = 3,
    BlockTable = 4,
}

/// <summary>Parts of a block. The numbers are on disk.</summary>
internal enum ColumnKind : byte
{
    /// <summary>Signed differences to the value before, as varints; the first to zero.</summary>
    Time = 1,

    /// <summary>As <see cref="Time"/>.</summary>
    Received = 2,
    Flags = 3,

    /// <summary>Positions in the block's list of slots: a byte each, or two when it has more than 256.</summary>
    Stream = 4,
    BodyLengths = 5,
    Bodies = 6,

    /// <summary>Values of one attribute, see <see cref="FieldColumn"/>. The only kind that a block may have several of.</summary>
    Field = 7,
    OverflowLengths = 8,

    /// <summary>Attributes without a column of their own, by row as <see cref="Rows.RowAttributes"/> writes them.</summary>
    Overflow = 9,

    /// <summary>Trace identity, then span identity, as far as the row's flags say that it has them.</summary>
    Identities = 10,
    BodyTokens = 11,
    BodyGrams = 12,
}

/// <summary>Where a column lies in the file.</summary>
/// <param name="Compression">How it is packed.</param>
/// <param name="Offset">In the file.</param>
/// <param name="StoredLength">Bytes in the file.</param>
/// <param name="Length">Bytes when unpacked.</param>
/// <param name="Checksum">CRC-32C of the bytes in the file.</param>
internal readonly record struct ColumnPlace(ColumnCompression Compression, long Offset, int StoredLength, int Length, uint Checksum);

/// <summary>A column that holds one attribute.</summary>
/// <param name="Name">Position in the segment's names.</param>
internal readonly record struct FieldPlace(int Name, ColumnPlace Place);

/// <summary>Where a section lies in the file.</summary>
internal readonly record struct SectionPlace(SectionKind Kind, uint Checksum, long Offset, int Length);

/// <summary>Bytes of a segment that are not those that were written. Caught where the rest can go on; never leaves the store.</summary>
internal sealed class SegmentDamagedException(string message) : IOException(message);

/// <summary>The fixed start of a segment file. README.md has it byte by byte.</summary>
internal sealed record SegmentHeader
{
    public const int Bytes = 320;
    public const uint Version = 2;

    /// <summary>Version 1 was never released.</summary>
    private const uint OldestVersion = 2;
    private const ulong Magic = 0x31534C53424F; // "OBSLS1"
    private const int MaximalSections = 8;
    private const int SectionsOffset = 128;
    private const int SectionBytes = 24;

    public required long MinTime { get; init; }

    public required long MaxTime { get; init; }

    public required long MinReceived { get; init; }

    public required long MaxReceived { get; init; }

    public required long RowCount { get; init; }

    /// <summary>Flushes are numbered from 1; a merged segment stands for all from the first to the last.</summary>
    public required ulong FirstFlush { get; init; }

    public required ulong LastFlush { get; init; }

    /// <summary>What the columns are packed with where that is worth it: LZ4 while searches come often, Brotli later.</summary>
    public required ColumnCompression Compression { get; init; }

    public required IReadOnlyList<SectionPlace> Sections { get; init; }

    public byte[] Serialize()
    {
        var bytes = new byte[Bytes];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), Version);
        var numbers = bytes.AsSpan(24);
        foreach (var number in (ReadOnlySpan<long>)[MinTime, MaxTime, MinReceived, MaxReceived, RowCount, (long)FirstFlush, (long)LastFlush, (long)Compression])
        {
            BinaryPrimitives.WriteInt64LittleEndian(numbers, number);
            numbers = numbers[8..];
        }
        for (var i = 0; i < Sections.Count; i++)
        {
            var slot = bytes.AsSpan(SectionsOffset + (i * SectionBytes));
            BinaryPrimitives.WriteUInt32LittleEndian(slot, (uint)Sections[i].Kind);
            BinaryPrimitives.WriteUInt32LittleEndian(slot[4..], Sections[i].Checksum);
            BinaryPrimitives.WriteInt64LittleEndian(slot[8..], Sections[i].Offset);
            BinaryPrimitives.WriteInt64LittleEndian(slot[16..], Sections[i].Length);
        }
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(12), ChecksumOf(bytes));
        return bytes;
    }

    /// <exception cref="SegmentDamagedException">These are not the bytes that were written.</exception>
    /// <exception cref="LogFormatException">A newer version of this program wrote them.</exception>
    public static SegmentHeader Parse(ReadOnlySpan<byte> bytes, string path)
    {
        if (bytes.Length < Bytes || BinaryPrimitives.ReadUInt64LittleEndian(bytes) != Magic || BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]) != ChecksumOf(bytes))
        {
            throw new SegmentDamagedException($"the header of '{path}' is damaged");
        }
        var version = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        if (version is > Version or < OldestVersion)
        {
            throw new LogFormatException(version > Version
                ? $"'{path}' has format version {version}, this program reads up to {Version}; start the newer one"
                : $"'{path}' has format version {version}, which only a version of this program before its first release wrote; move the directory away");
        }
        var sections = new List<SectionPlace>();
        for (var i = 0; i < MaximalSections; i++)
        {
            var slot = bytes[(SectionsOffset + (i * SectionBytes))..];
            var place = new SectionPlace((SectionKind)BinaryPrimitives.ReadUInt32LittleEndian(slot), BinaryPrimitives.ReadUInt32LittleEndian(slot[4..]),
                BinaryPrimitives.ReadInt64LittleEndian(slot[8..]), checked((int)BinaryPrimitives.ReadInt64LittleEndian(slot[16..])));
            if (place.Kind != SectionKind.None)
            {
                sections.Add(place);
            }
        }
        return new SegmentHeader
        {
            MinTime = Number(bytes, 0),
            MaxTime = Number(bytes, 1),
            MinReceived = Number(bytes, 2),
            MaxReceived = Number(bytes, 3),
            RowCount = Number(bytes, 4),
            FirstFlush = (ulong)Number(bytes, 5),
            LastFlush = (ulong)Number(bytes, 6),
            Compression = (ColumnCompression)Number(bytes, 7),
            Sections = sections,
        };
    }

    private static long Number(ReadOnlySpan<byte> bytes, int index) => BinaryPrimitives.ReadInt64LittleEndian(bytes[(24 + (8 * index))..]);

    private static uint ChecksumOf(ReadOnlySpan<byte> bytes) => Crc32C.Append(Crc32C.Compute(bytes[..12]), bytes[16..Bytes]);
}
