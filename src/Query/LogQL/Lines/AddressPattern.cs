using System.Net;
using System.Net.Sockets;

namespace Observability.Query.LogQL.Lines;

/// <summary>
/// What <c>ip("…")</c> names: one address, an inclusive range <c>a-b</c>, or a prefix <c>a/n</c>; of IPv4 or IPv6. Both ends of each become 128-bit numbers,
/// so matching is two comparisons.
/// </summary>
internal sealed class AddressPattern
{
    private readonly AddressFamily _family;
    private readonly UInt128 _first;
    private readonly UInt128 _last;

    private AddressPattern(AddressFamily family, UInt128 first, UInt128 last) => (_family, _first, _last) = (family, first, last);

    /// <exception cref="ArgumentException">None of the three.</exception>
    public static AddressPattern Parse(string pattern)
    {
        if (TryAddress(pattern, out var family, out var address))
        {
            return new AddressPattern(family, address, address);
        }
        if (pattern.Split('-') is [var first, var last]
            && TryAddress(first.Trim(), out family, out var from) && TryAddress(last.Trim(), out var lastFamily, out var to) && family == lastFamily && from <= to)
        {
            return new AddressPattern(family, from, to);
        }
        if (pattern.Split('/') is [var start, var length] && TryAddress(start, out family, out address) && TryPrefix(length, family, out var mask))
        {
            return new AddressPattern(family, address & ~mask, address | mask);
        }
        throw new ArgumentException($"ip(\"{pattern}\") is not an address, a range such as 10.0.0.1-10.0.0.9 or a prefix such as 10.0.0.0/8");
    }

    /// <summary>True when the text holds an address that fits, anywhere.</summary>
    public bool OccursIn(string text)
    {
        var isAddressV4 = _family == AddressFamily.InterNetwork;
        for (var i = 0; i < text.Length; i++)
        {
            if (!IsPart(text[i], isAddressV4))
            {
                continue;
            }
            var end = i + 1;
            while (end < text.Length && IsPart(text[end], isAddressV4))
            {
                end++;
            }
            if (Fits(text.AsSpan(i..end)))
            {
                return true;
            }
            i = end;
        }
        return false;
    }

    // Prose ends sentences and lists with a full stop or a colon behind the address.
    private bool Fits(ReadOnlySpan<char> candidate) => FitsExactly(candidate) || FitsExactly(candidate.TrimEnd(".:"));

    private bool FitsExactly(ReadOnlySpan<char> candidate) =>
        TryAddress(candidate, out var family, out var address) && family == _family && address >= _first && address <= _last;

    private static bool IsPart(char c, bool isAddressV4) => char.IsAsciiDigit(c) || c == '.' || (!isAddressV4 && (char.IsAsciiHexDigit(c) || c == ':'));

    private static bool TryAddress(ReadOnlySpan<char> text, out AddressFamily family, out UInt128 address)
    {
        (family, address) = (default, default);
        // IPAddress also reads "5" and "0x7f.1"; an address in a log has all of its parts.
        var looksWhole = text.Contains(':') || text.Count('.') == 3;
        if (!looksWhole || text.IndexOfAny("xX[%") >= 0 || !IPAddress.TryParse(text, out var parsed))
        {
            return false;
        }
        family = parsed.AddressFamily;
        foreach (var part in parsed.GetAddressBytes())
        {
            address = (address << 8) | part;
        }
        return true;
    }

    private static bool TryPrefix(string length, AddressFamily family, out UInt128 hostMask)
    {
        var bits = family == AddressFamily.InterNetwork ? 32 : 128;
        hostMask = 0;
        if (!byte.TryParse(length, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var prefix) || prefix > bits)
        {
            return false;
        }
        hostMask = bits - prefix == 128 ? UInt128.MaxValue : (UInt128.One << (bits - prefix)) - 1;
        return true;
    }
}
