using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Observability.LogStore.Segments.Compression;

/// <summary>
/// The block format of LZ4 (github.com/lz4/lz4, doc/lz4_Block_format.md): sequences of literals and of copies from at most 64 KiB back. No package with it
/// can be restored where this is built. Compressing is greedy with one hash table; decompressing checks every length, so damaged bytes give an answer and
/// never a wild read.
/// </summary>
internal static class Lz4
{
    /// <summary>Entries of the hash table: 64 KiB stay in a core's cache beside the text.</summary>
    public const int TableEntries = 1 << TableBits;

    private const int TableBits = 14;
    private const int MinimalMatch = 4;
    private const int MaximalDistance = 65_535;

    /// <summary>The format's end of a block: the last five bytes are literals, and the last copy begins at least twelve bytes before the end.</summary>
    private const int LastLiterals = 5;
    private const int MatchFreeEnd = 12;

    /// <summary>After 2^6 misses in a row the search steps wider: text that does not repeat costs little.</summary>
    private const int SkipShift = 6;

    private const int Lane = 16;

    /// <summary>For each distance below a lane, which byte of the pattern stands at each place of the lane.</summary>
    private static readonly byte[] s_spread = [.. Enumerable.Range(0, Lane * Lane).Select(static place => (byte)(place < Lane ? 0 : place % Lane % (place / Lane)))];

    /// <summary>Most bytes that <see cref="Compress"/> can write.</summary>
    public static int MaximalLength(int length) => length + (length / 255) + 16;

    /// <param name="source">What to compress; not empty.</param>
    /// <param name="target">At least <see cref="MaximalLength"/> bytes.</param>
    /// <param name="table">At least <see cref="TableEntries"/> entries; its content does not matter.</param>
    /// <returns>Bytes written.</returns>
    public static int Compress(ReadOnlySpan<byte> source, Span<byte> target, Span<int> table)
    {
        table = table[..TableEntries];
        table.Clear();
        var (anchor, position, written) = (0, 1, 0);
        var matchLimit = source.Length - LastLiterals;
        var searchLimit = source.Length - MatchFreeEnd;
        var misses = 1 << SkipShift;
        while (position < searchLimit)
        {
            var sequence = Read32(source, position);
            ref var entry = ref table[(int)((sequence * 2_654_435_761U) >> (32 - TableBits))];
            var candidate = entry;
            entry = position;
            if (position - candidate > MaximalDistance || Read32(source, candidate) != sequence)
            {
                position += misses++ >> SkipShift;
                continue;
            }
            misses = 1 << SkipShift;
            while (position > anchor && candidate > 0 && source[position - 1] == source[candidate - 1])
            {
                position--;
                candidate--;
            }
            var length = MatchLength(source, position, candidate, matchLimit);
            written += WriteSequence(target[written..], source[anchor..], position - anchor, position - candidate, length);
            anchor = position += length;
        }
        return written + WriteSequence(target[written..], source[anchor..], source.Length - anchor, distance: 0, MinimalMatch);
    }

    /// <returns>False when the bytes are not exactly <paramref name="target"/>'s length compressed; the target holds anything then.</returns>
    public static bool TryDecompress(ReadOnlySpan<byte> source, Span<byte> target)
    {
        var (read, written) = (0, 0);
        while (read < source.Length)
        {
            int token = source[read++];
            var literals = token >> 4;
            if (!TryReadLength(source, ref read, ref literals) || literals > source.Length - read || literals > target.Length - written)
            {
                return false;
            }
            CopyLiterals(source[read..], target[written..], literals);
            read += literals;
            written += literals;
            if (read == source.Length)
            {
                return written == target.Length;
            }
            if (source.Length - read < sizeof(ushort))
            {
                return false;
            }
            int distance = BinaryPrimitives.ReadUInt16LittleEndian(source[read..]);
            read += sizeof(ushort);
            var length = token & 0xF;
            if (distance == 0 || distance > written || !TryReadLength(source, ref read, ref length) || length > target.Length - written - MinimalMatch)
            {
                return false;
            }
            CopyMatch(target, written, distance, length + MinimalMatch);
            written += length + MinimalMatch;
        }
        return false;
    }

    /// <summary>Bytes from two positions on that are the same, four of them known to be.</summary>
    private static int MatchLength(ReadOnlySpan<byte> source, int position, int candidate, int limit)
    {
        var length = MinimalMatch;
        // Most matches are shorter than a vector: eight bytes at a time end them soonest.
        for (; position + length <= limit - sizeof(ulong); length += sizeof(ulong))
        {
            var different = Read64(source, position + length) ^ Read64(source, candidate + length);
            if (different != 0)
            {
                return length + (BitOperations.TrailingZeroCount(different) / 8);
            }
        }
        while (position + length < limit && source[position + length] == source[candidate + length])
        {
            length++;
        }
        return length;
    }

    /// <summary>A distance of zero is the last sequence, which has literals only.</summary>
    private static int WriteSequence(Span<byte> target, ReadOnlySpan<byte> source, int literals, int distance, int length)
    {
        var written = 1;
        var token = Math.Min(15, literals) << 4;
        WriteLength(target, ref written, literals);
        CopyLiterals(source, target[written..], literals);
        written += literals;
        if (distance > 0)
        {
            token |= Math.Min(15, length - MinimalMatch);
            BinaryPrimitives.WriteUInt16LittleEndian(target[written..], (ushort)distance);
            written += sizeof(ushort);
            WriteLength(target, ref written, length - MinimalMatch);
        }
        target[0] = (byte)token;
        return written;
    }

    private static void WriteLength(Span<byte> target, ref int written, int length)
    {
        if (length < 15)
        {
            return;
        }
        for (length -= 15; length >= 255; length -= 255)
        {
            target[written++] = 255;
        }
        target[written++] = (byte)length;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryReadLength(ReadOnlySpan<byte> source, ref int read, ref int length)
    {
        if (length < 15)
        {
            return true;
        }
        byte next;
        do
        {
            if (read >= source.Length)
            {
                return false;
            }
            next = source[read++];
            length += next;
        }
        while (next == 255 && length >= 0);
        return length >= 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyLiterals(ReadOnlySpan<byte> source, Span<byte> target, int length)
    {
        if (length <= Lane && source.Length >= Lane && target.Length >= Lane)
        {
            // A whole lane is cheaper than its exact part; what is too much is written over by what follows.
            Vector128.Create(source).CopyTo(target);
            return;
        }
        source[..length].CopyTo(target);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyMatch(Span<byte> target, int written, int distance, int length)
    {
        if (target.Length - written >= length + Lane)
        {
            ref var to = ref Unsafe.Add(ref MemoryMarshal.GetReference(target), written);
            ref var from = ref Unsafe.Subtract(ref to, distance);
            if (distance < Lane)
            {
                Repeat(ref from, ref to, distance, length);
                return;
            }
            for (var copied = 0; copied < length; copied += Lane)
            {
                Vector128.LoadUnsafe(ref Unsafe.Add(ref from, copied)).StoreUnsafe(ref Unsafe.Add(ref to, copied));
            }
            return;
        }
        // The copy may read what it has just written: that is how the format repeats a pattern.
        for (var copied = 0; copied < length;)
        {
            var part = Math.Min(distance + copied, length - copied);
            target.Slice(written - distance, part).CopyTo(target[(written + copied)..]);
            copied += part;
        }
    }

    /// <summary>A pattern shorter than a lane, as runs of one number in a column are: laid over a lane once, then stored again and again, whole patterns apart.</summary>
    private static void Repeat(ref byte from, ref byte to, int distance, int length)
    {
        var pattern = Vector128.Shuffle(Vector128.LoadUnsafe(ref from), Vector128.LoadUnsafe(ref s_spread[distance * Lane]));
        var step = Lane - (Lane % distance);
        for (var copied = 0; copied < length; copied += step)
        {
            pattern.StoreUnsafe(ref Unsafe.Add(ref to, copied));
        }
    }

    // Unchecked, for compressing alone: there every position comes from the search's own limits and none from the bytes, and each is read in the innermost loop.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Read64(ReadOnlySpan<byte> source, int position)
    {
        var word = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref MemoryMarshal.GetReference(source), position));
        return BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Read32(ReadOnlySpan<byte> source, int position) =>
        Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref MemoryMarshal.GetReference(source), position));
}
