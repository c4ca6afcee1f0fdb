using System.Buffers;
using System.Runtime.InteropServices;

namespace Observability.Collector.Normalizing;

/// <summary>
/// Where in a payload a secret may lie. The payload is looked through once for the fixed parts of every kind of secret; afterwards each of its texts is
/// answered for from the few places found. Keeps its list between payloads; not thread-safe.
/// </summary>
internal sealed class SecretScan
{
    /// <summary>A payload with this many may hold a secret anywhere: bounds the memory, not what is found.</summary>
    private const int MaximumPlaces = 10_000;

    private static readonly TextSearch s_fixedParts = new(
        [.. "earer "u8], [.. "AKIA"u8], [.. "ASIA"u8], [.. "PRIVATE KEY"u8], [.. "ecret_access_key"u8], [.. "ECRET_ACCESS_KEY"u8], [.. "://"u8]);

    private static readonly SearchValues<byte> s_authorityEnds = SearchValues.Create("@/ \t\r\n\""u8);

    private readonly List<int> _places = [];

    /// <summary>Finds the places in a payload; those of the payload before are forgotten.</summary>
    public void Read(ReadOnlySpan<byte> utf8)
    {
        _places.Clear();
        for (var place = NextPlace(utf8, 0); place >= 0 && _places.Count < MaximumPlaces; place = NextPlace(utf8, place + 1))
        {
            _places.Add(place);
        }
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
    public static bool MayHoldSecret(ReadOnlySpan<byte> utf8) => NextPlace(utf8, 0) >= 0;

    /// <returns>-1 behind the last.</returns>
    private static int NextPlace(ReadOnlySpan<byte> utf8, int from)
    {
        var place = s_fixedParts.IndexOf(utf8, from);
        while (place >= 0 && utf8[place] == (byte)':' && !HoldsUserInformation(utf8[(place + 3)..]))
        {
            place = s_fixedParts.IndexOf(utf8, place + 1);
        }
        return place;
    }

    /// <summary>An at sign before the authority of an address ends. Addresses without one are common in logs and must stay cheap.</summary>
    private static bool HoldsUserInformation(ReadOnlySpan<byte> authority)
    {
        var end = authority.IndexOfAny(s_authorityEnds);
        return end >= 0 && authority[end] == (byte)'@';
    }
}
