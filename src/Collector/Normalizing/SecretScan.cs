using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;

namespace Observability.Collector.Normalizing;

/// <summary>
/// Where in a payload a secret may lie. The payload is looked through once for the fixed parts of every kind of secret; afterwards each of its texts is
/// answered for from the few places found. Keeps its list between payloads; not thread-safe.
/// </summary>
internal sealed class SecretScan
{
    // The scan for several texts at once exists for UTF-16 only; widening a block that stays in the first-level cache costs less than a pass for each text.
    private const int BlockLength = 4096;

    /// <summary>A payload with this many may hold a secret anywhere: bounds the memory, not what is found.</summary>
    private const int MaximumPlaces = 10_000;

    private static readonly string[] FixedParts = ["earer ", "AKIA", "ASIA", "PRIVATE KEY", "ecret_access_key", "ECRET_ACCESS_KEY", "://"];
    private static readonly int Overlap = FixedParts.Max(static part => part.Length) - 1;
    private static readonly SearchValues<string> AnyFixedPart = SearchValues.Create(FixedParts, StringComparison.Ordinal);
    private static readonly SearchValues<byte> AuthorityEnds = SearchValues.Create("@/ \t\r\n\""u8);

    private readonly List<int> _places = [];

    /// <summary>Finds the places in a payload; those of the payload before are forgotten.</summary>
    public void Read(ReadOnlySpan<byte> utf8)
    {
        _places.Clear();
        Collect(utf8, _places);
    }

    /// <summary>False means: certainly nothing to take out of the text at this place of the payload.</summary>
    public bool MayHoldSecret(int offset, int length)
    {
        if (_places.Count is 0 or MaximumPlaces)
        {
            return _places.Count > 0;
        }
        var next = CollectionsMarshal.AsSpan(_places).BinarySearch(offset);
        next = next < 0 ? ~next : next;
        return next < _places.Count && _places[next] < offset + length;
    }

    /// <summary>The same for one text by itself. Never allocates.</summary>
    public static bool MayHoldSecret(ReadOnlySpan<byte> utf8) => Collect(utf8, places: null);

    /// <summary>Adds the places in rising order; without a list it ends at the first.</summary>
    private static bool Collect(ReadOnlySpan<byte> utf8, List<int>? places)
    {
        Span<char> wide = stackalloc char[Math.Min(BlockLength, utf8.Length)];
        for (var from = 0; from < utf8.Length; from += BlockLength - Overlap)
        {
            var block = utf8[from..Math.Min(utf8.Length, from + BlockLength)];
            Encoding.Latin1.GetChars(block, wide);
            for (var start = 0; wide[start..block.Length].IndexOfAny(AnyFixedPart) is >= 0 and var found; start++)
            {
                start += found;
                var place = from + start;
                if (block[start] == (byte)':' && !HoldsUserInformation(utf8[(place + 3)..]))
                {
                    continue;
                }
                if (places is null)
                {
                    return true;
                }
                // Blocks overlap, so the last place of one may be the first of the next.
                if (places.Count == 0 || places[^1] < place)
                {
                    places.Add(place);
                }
                if (places.Count == MaximumPlaces)
                {
                    return true;
                }
            }
        }
        return places is { Count: > 0 };
    }

    /// <summary>An at sign before the authority of an address ends. Addresses without one are common in logs and must stay cheap.</summary>
    private static bool HoldsUserInformation(ReadOnlySpan<byte> authority)
    {
        var end = authority.IndexOfAny(AuthorityEnds);
        return end >= 0 && authority[end] == (byte)'@';
    }
}
