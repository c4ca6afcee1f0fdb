using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;

namespace Observability.LogStore.Segments.Files;

/// <summary>
/// The tokens of a text: longest runs of ASCII letters, digits, underscores and bytes of non-ASCII characters. Hash and borders are on disk (blooms are
/// built with them): they never change.
/// </summary>
internal static class Tokens
{
    private static readonly SearchValues<byte> s_tokenBytes = SearchValues.Create([.. Enumerable.Range(0, 256).Where(IsTokenByte).Select(value => (byte)value)]);

    /// <summary>Adds the hash of each token.</summary>
    public static void AddAll(ReadOnlySpan<byte> text, HashSet<ulong> hashes)
    {
        while (true)
        {
            var start = text.IndexOfAny(s_tokenBytes);
            if (start < 0)
            {
                return;
            }
            text = text[start..];
            var end = text.IndexOfAnyExcept(s_tokenBytes);
            end = end < 0 ? text.Length : end;
            hashes.Add(Hash(text[..end]));
            text = text[end..];
        }
    }

    /// <summary>
    /// Hashes of the tokens that every text which holds <paramref name="part"/> must have: a run that touches an end of the part may go on beyond it in the
    /// text, and says nothing.
    /// </summary>
    public static void AddWhole(ReadOnlySpan<byte> part, HashSet<ulong> hashes)
    {
        var first = part.IndexOfAnyExcept(s_tokenBytes);
        var last = part.LastIndexOfAnyExcept(s_tokenBytes);
        if (first >= 0 && last > first)
        {
            AddAll(part[first..last], hashes);
        }
    }

    public static ulong Hash(ReadOnlySpan<byte> token)
    {
        var hash = 0x9E3779B97F4A7C15UL ^ (ulong)token.Length;
        while (token.Length >= sizeof(ulong))
        {
            hash = (hash ^ BinaryPrimitives.ReadUInt64LittleEndian(token)) * 0xD6E8FEB86659FD93;
            hash ^= hash >> 32;
            token = token[sizeof(ulong)..];
        }
        foreach (var value in token)
        {
            hash = (hash ^ value) * 0xD6E8FEB86659FD93;
        }
        hash ^= hash >> 32;
        hash *= 0xD6E8FEB86659FD93;
        return hash ^ (hash >> 32);
    }

    private static bool IsTokenByte(int value) => value is '_' or >= 0x80 || char.IsAsciiLetterOrDigit((char)value);
}

/// <summary>
/// A Bloom filter over the tokens of a block (B. H. Bloom, 1970; two hashes for all probes after Kirsch and Mitzenmacher, 2006). It may say yes wrongly,
/// never no.
/// </summary>
internal static class TokenBloom
{
    /// <summary>On disk. With eight bits a token four probes answer wrongly in 2.4 % of cases or fewer; more probes gain nothing until twelve bits.</summary>
    private const int Probes = 4;

    private const int BitsPerToken = 8;

    /// <summary>A power of two, so that a probe is a mask.</summary>
    public static byte[] Build(HashSet<ulong> tokenHashes)
    {
        if (tokenHashes.Count == 0)
        {
            return [];
        }
        var bits = BitOperations.RoundUpToPowerOf2((uint)Math.Max(64, tokenHashes.Count * BitsPerToken));
        var bloom = new byte[bits / 8];
        foreach (var hash in tokenHashes)
        {
            for (var probe = 0; probe < Probes; probe++)
            {
                var bit = BitOf(hash, probe, bits - 1);
                bloom[bit >> 3] |= (byte)(1 << (int)(bit & 7));
            }
        }
        return bloom;
    }

    public static bool MayHold(ReadOnlySpan<byte> bloom, ulong hash)
    {
        if (bloom.IsEmpty)
        {
            return false;
        }
        for (var probe = 0; probe < Probes; probe++)
        {
            var bit = BitOf(hash, probe, ((uint)bloom.Length * 8) - 1);
            if ((bloom[(int)(bit >> 3)] & (1 << (int)(bit & 7))) == 0)
            {
                return false;
            }
        }
        return true;
    }

    private static uint BitOf(ulong hash, int probe, uint mask) => ((uint)hash + ((uint)probe * ((uint)(hash >> 32) | 1))) & mask;
}
