using System.Buffers;
using System.IO.Compression;

namespace Observability.LogStore.Segments.Compression;

/// <summary>How the bytes of a column are packed. The numbers are on disk.</summary>
internal enum ColumnCompression : byte
{
    None = 0,
    Lz4 = 1,
    Brotli = 2,
}

/// <summary>Packs columns, one after the other. Not thread-safe; its buffers are given back when it is disposed.</summary>
/// <param name="preferred">What a column is packed with when that is worth it.</param>
internal sealed class ColumnCompressor(ColumnCompression preferred) : IDisposable
{
    /// <summary>Brotli's lowest level with matches that go back far. Measured on log bodies: level 4 saves a tenth more and takes three times as long.</summary>
    private const int BrotliQuality = 1;

    /// <summary>A window of 4 MiB: a block's biggest column as a whole.</summary>
    private const int BrotliWindowBits = 22;

    /// <summary>Below, what a header costs is more than what packing saves.</summary>
    private const int SmallestLength = 64;

    /// <summary>Of a column that is to be packed with Brotli: what LZ4 is asked about first.</summary>
    private const int SampleLength = 32 * 1024;

    private readonly int[] _table = ArrayPool<int>.Shared.Rent(Lz4.TableEntries);
    private byte[] _packed = ArrayPool<byte>.Shared.Rent(64 * 1024);

    /// <summary>The column packed, or as it is when less than an eighth would be saved. Valid until the next call.</summary>
    public ReadOnlySpan<byte> Pack(ReadOnlySpan<byte> bytes, out ColumnCompression used)
    {
        used = ColumnCompression.None;
        if (preferred == ColumnCompression.None || bytes.Length < SmallestLength)
        {
            return bytes;
        }
        EnsureRoom(Math.Max(Lz4.MaximalLength(bytes.Length), BrotliEncoder.GetMaxCompressedLength(bytes.Length)));
        // What LZ4 finds no repetition in are random identities and the like: Brotli would take long over them for nothing. Values of a column are alike, so its
        // beginning tells.
        var tried = preferred == ColumnCompression.Brotli ? bytes[..Math.Min(bytes.Length, SampleLength)] : bytes;
        var length = Lz4.Compress(tried, _packed, _table);
        if (!IsShorter(length, tried.Length))
        {
            return bytes;
        }
        if (preferred == ColumnCompression.Brotli
            && (!BrotliEncoder.TryCompress(bytes, _packed, out length, BrotliQuality, BrotliWindowBits) || !IsShorter(length, bytes.Length)))
        {
            return bytes;
        }
        used = preferred;
        return _packed.AsSpan(0, length);
    }

    /// <returns>False when the bytes are not what <see cref="Pack"/> gave for a column of the target's length.</returns>
    public static bool TryUnpack(ReadOnlySpan<byte> packed, ColumnCompression compression, Span<byte> target)
    {
        switch (compression)
        {
            case ColumnCompression.None:
                return packed.Length == target.Length && packed.TryCopyTo(target);
            case ColumnCompression.Lz4:
                return Lz4.TryDecompress(packed, target);
            case ColumnCompression.Brotli:
                return BrotliDecoder.TryDecompress(packed, target, out var written) && written == target.Length;
            default:
                return false;
        }
    }

    public void Dispose()
    {
        ArrayPool<int>.Shared.Return(_table);
        ArrayPool<byte>.Shared.Return(_packed);
    }

    /// <summary>By an eighth at least: less is not worth unpacking it.</summary>
    private static bool IsShorter(int packed, int length) => packed <= length - (length / 8);

    private void EnsureRoom(int length)
    {
        if (_packed.Length < length)
        {
            ArrayPool<byte>.Shared.Return(_packed);
            _packed = ArrayPool<byte>.Shared.Rent(length);
        }
    }
}
