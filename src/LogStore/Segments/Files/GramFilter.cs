using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Observability.LogStore.Segments.Files;

/// <summary>
/// Which runs of four bytes occur inside the tokens of a block, as a bitmap of their hashes. It says no to a text that is only a piece of a token, where the
/// filter of whole tokens can say nothing: people paste <c>3fa85f64</c>, not its borders. Hash and layout are on disk: they never change.
/// </summary>
internal static class GramFilter
{
    public const int GramBytes = 4;

    /// <summary>Bits of the largest bitmap. 16,384 random identities of eight digits fill a quarter of it; more would cost more than two bytes a row.</summary>
    public const int MaximalBits = 1 << 18;

    /// <summary>Not below: what is saved is not worth a decision.</summary>
    public const int MinimalBits = 1 << 8;

    public static uint Hash(ReadOnlySpan<byte> gram) => (BinaryPrimitives.ReadUInt32LittleEndian(gram) * 0x9E3779B1) >> 14;

    /// <summary>Adds the hashes of all grams of a piece of a token.</summary>
    public static void AddAll(ReadOnlySpan<byte> piece, List<uint> hashes)
    {
        for (; piece.Length >= GramBytes; piece = piece[1..])
        {
            hashes.Add(Hash(piece));
        }
    }

    /// <param name="bitmap">Of a block; empty when no token has four bytes.</param>
    /// <param name="hash">Of a gram.</param>
    public static bool MayHold(ReadOnlySpan<byte> bitmap, uint hash)
    {
        if (bitmap.IsEmpty)
        {
            return false;
        }
        var bit = (int)hash & ((bitmap.Length * 8) - 1);
        return (bitmap[bit >> 3] & (1 << (bit & 7))) != 0;
    }
}

/// <summary>Collects the grams of a block's tokens. Used again for each block.</summary>
internal sealed class GramFilterBuilder
{
    private readonly byte[] _bitmap = new byte[GramFilter.MaximalBits / 8];

    public void Add(ReadOnlySpan<byte> token)
    {
        for (; token.Length >= GramFilter.GramBytes; token = token[1..])
        {
            var bit = (int)GramFilter.Hash(token);
            _bitmap[bit >> 3] |= (byte)(1 << (bit & 7));
        }
    }

    /// <summary>
    /// The bitmap, and an empty builder. As long as no more than a quarter of its bits would be set it is folded to half its size, so four grams of a text that
    /// is not there let one block in 256 pass.
    /// </summary>
    public byte[] Take()
    {
        var length = _bitmap.Length;
        var set = SetBits(_bitmap);
        while (set > 0 && length * 8 > GramFilter.MinimalBits && set * 4 <= length * 4)
        {
            length /= 2;
            for (var i = 0; i < length; i++)
            {
                _bitmap[i] |= _bitmap[length + i];
            }
            set = SetBits(_bitmap.AsSpan(0, length));
        }
        var taken = set == 0 ? [] : _bitmap[..length];
        Array.Clear(_bitmap);
        return taken;
    }

    private static int SetBits(ReadOnlySpan<byte> bitmap)
    {
        var set = 0;
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(bitmap))
        {
            set += BitOperations.PopCount(word);
        }
        return set;
    }
}
