using System.Numerics;
using System.Runtime.Intrinsics;

namespace Observability.Collector.Normalizing;

/// <summary>
/// Looks for several short texts at once in bytes; the platform does that for UTF-16 only. After Teddy (G. Langdale, Hyperscan): each text has one bit; a
/// table of half-bytes says for each of the first three bytes which texts may have it there, and only where all three agree is anything compared.
/// </summary>
internal sealed class TextSearch
{
    /// <summary>One bit of a byte each.</summary>
    private const int MaximumTexts = 8;

    private const int BytesAsked = 3;
    private const int Halves = 16;

    private readonly byte[][] _texts;
    private readonly Vector256<byte> _low1, _high1, _low2, _high2, _low3, _high3;

    /// <param name="texts">At most eight, of three bytes at least.</param>
    public TextSearch(params byte[][] texts)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(texts.Length, MaximumTexts);
        _texts = texts;
        (_low1, _high1) = TablesOf(0);
        (_low2, _high2) = TablesOf(1);
        (_low3, _high3) = TablesOf(2);
    }

    /// <summary>Where the first of the texts begins that begins at <paramref name="from"/> or behind it; -1 when none does.</summary>
    public int IndexOf(ReadOnlySpan<byte> utf8, int from)
    {
        for (; utf8.Length - from >= Vector256<byte>.Count + BytesAsked - 1; from += Vector256<byte>.Count)
        {
            var part = utf8[from..];
            var texts = TextsWith(Vector256.Create(part), _low1, _high1)
                & TextsWith(Vector256.Create(part[1..]), _low2, _high2)
                & TextsWith(Vector256.Create(part[2..]), _low3, _high3);
            for (var places = ~Vector256.Equals(texts, Vector256<byte>.Zero).ExtractMostSignificantBits(); places != 0; places &= places - 1)
            {
                var place = BitOperations.TrailingZeroCount(places);
                if (BeginsWithAny(part[place..]))
                {
                    return from + place;
                }
            }
        }
        for (; from < utf8.Length; from++)
        {
            if (BeginsWithAny(utf8[from..]))
            {
                return from;
            }
        }
        return -1;
    }

    private static Vector256<byte> TextsWith(Vector256<byte> bytes, Vector256<byte> low, Vector256<byte> high) =>
        Vector256.ShuffleNative(low, bytes & Vector256.Create((byte)0xF)) & Vector256.ShuffleNative(high, bytes >>> 4);

    private bool BeginsWithAny(ReadOnlySpan<byte> utf8)
    {
        foreach (var text in _texts)
        {
            if (utf8.StartsWith(text))
            {
                return true;
            }
        }
        return false;
    }

    private (Vector256<byte> Low, Vector256<byte> High) TablesOf(int position)
    {
        // Twice the same: a processor may look up within each half of a vector alone.
        var (low, high) = (new byte[2 * Halves], new byte[2 * Halves]);
        for (var text = 0; text < _texts.Length; text++)
        {
            var value = _texts[text][position];
            for (var half = 0; half < 2 * Halves; half += Halves)
            {
                low[half + (value & 0xF)] |= (byte)(1 << text);
                high[half + (value >> 4)] |= (byte)(1 << text);
            }
        }
        return (Vector256.Create(low), Vector256.Create(high));
    }
}
