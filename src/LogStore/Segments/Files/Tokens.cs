using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.Intrinsics;

namespace Observability.LogStore.Segments.Files;

/// <summary>
/// The tokens of a text: longest runs of ASCII letters, digits, underscores and bytes of non-ASCII characters. Hash and borders are on disk (blooms are
/// built with them): they never change.
/// </summary>
internal static class Tokens
{
    private static readonly SearchValues<byte> s_tokenBytes = SearchValues.Create([.. Enumerable.Range(0, 256).Where(IsTokenByte).Select(value => (byte)value)]);

    /// <summary>Adds the hash of each token; tokens that were not there before also give their grams.</summary>
    public static void AddAll(ReadOnlySpan<byte> text, TokenSet hashes, GramFilterBuilder? grams = null)
    {
        // A bit says whether a byte belongs to a token; where bits change, one begins or ends. Most texts have twenty tokens of five bytes: looking for
        // each of their borders anew costs more than reading all bytes at once.
        Span<byte> last = stackalloc byte[Vector256<byte>.Count];
        var (start, before) = (-1, 0u);
        for (var offset = 0; offset < text.Length; offset += Vector256<byte>.Count)
        {
            scoped ReadOnlySpan<byte> part = text[offset..];
            if (part.Length < Vector256<byte>.Count)
            {
                last.Clear();
                part.CopyTo(last);
                part = last;
            }
            var bits = TokenBits(Vector256.Create(part));
            for (var borders = bits ^ (bits << 1 | before); borders != 0; borders &= borders - 1)
            {
                var position = offset + BitOperations.TrailingZeroCount(borders);
                if (start < 0)
                {
                    start = position;
                    continue;
                }
                Add(text[start..position], hashes, grams);
                start = -1;
            }
            before = bits >> 31;
        }
        if (start >= 0)
        {
            Add(text[start..], hashes, grams);
        }
    }

    /// <summary>
    /// Hashes of the tokens that every text which holds <paramref name="part"/> must have: a run that touches an end of the part may go on beyond it in the
    /// text, and says nothing.
    /// </summary>
    public static void AddWhole(ReadOnlySpan<byte> part, TokenSet hashes)
    {
        var first = part.IndexOfAnyExcept(s_tokenBytes);
        var last = part.LastIndexOfAnyExcept(s_tokenBytes);
        if (first >= 0 && last > first)
        {
            AddAll(part[first..last], hashes);
        }
    }

    /// <summary>The runs that touch an end of the part: pieces of tokens that are longer, perhaps.</summary>
    public static (Range First, Range Last) CutRuns(ReadOnlySpan<byte> part)
    {
        var first = part.IndexOfAnyExcept(s_tokenBytes);
        return first < 0 ? (..part.Length, part.Length..) : (..first, (part.LastIndexOfAnyExcept(s_tokenBytes) + 1)..);
    }

    public static ulong Hash(ReadOnlySpan<byte> token)
    {
        var hash = 0x9E3779B97F4A7C15UL ^ (ulong)token.Length;
        if (token.Length >= sizeof(ulong))
        {
            for (var left = token; left.Length > sizeof(ulong); left = left[sizeof(ulong)..])
            {
                hash = Mix(hash, BinaryPrimitives.ReadUInt64LittleEndian(left));
            }
            // The last eight bytes, some of them again: cheaper than the rest one by one.
            hash = Mix(hash, BinaryPrimitives.ReadUInt64LittleEndian(token[^sizeof(ulong)..]));
        }
        else if (token.Length >= sizeof(uint))
        {
            hash = Mix(hash, BinaryPrimitives.ReadUInt32LittleEndian(token) | ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(token[^sizeof(uint)..]) << 32));
        }
        else if (token.Length > 0)
        {
            hash = Mix(hash, token[0] | ((ulong)token[token.Length / 2] << 8) | ((ulong)token[^1] << 16));
        }
        hash *= 0xD6E8FEB86659FD93;
        return hash ^ (hash >> 32);
    }

    private static ulong Mix(ulong hash, ulong word)
    {
        hash = (hash ^ word) * 0xD6E8FEB86659FD93;
        return hash ^ (hash >> 32);
    }

    private static void Add(ReadOnlySpan<byte> token, TokenSet hashes, GramFilterBuilder? grams)
    {
        if (hashes.Add(Hash(token)))
        {
            grams?.Add(token);
        }
    }

    private static uint TokenBits(Vector256<byte> bytes)
    {
        var letters = Vector256.LessThanOrEqual((bytes | Vector256.Create((byte)0x20)) - Vector256.Create((byte)'a'), Vector256.Create((byte)('z' - 'a')));
        var digits = Vector256.LessThanOrEqual(bytes - Vector256.Create((byte)'0'), Vector256.Create((byte)9));
        var underscores = Vector256.Equals(bytes, Vector256.Create((byte)'_'));
        return (letters | digits | underscores | bytes).ExtractMostSignificantBits();
    }

    private static bool IsTokenByte(int value) => value is '_' or >= 0x80 || char.IsAsciiLetterOrDigit((char)value);
}
