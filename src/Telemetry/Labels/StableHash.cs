using System.Runtime.InteropServices;

namespace Observability.Telemetry;

/// <summary>
/// FNV-1a, 64 bits, over UTF-16 code units with a separator after each part, finished by a multiply-shift mix (FNV's high bits alone are weak).
/// Its values are stored (group keys, intents, fingerprints): the function never changes.
/// </summary>
public static class StableHash
{
    private const ulong OffsetBasis = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    public static ulong Of(ReadOnlySpan<char> text) => Finish(Add(OffsetBasis, text));

    public static ulong Of(ReadOnlySpan<byte> bytes)
    {
        var hash = OffsetBasis;
        foreach (var value in bytes)
        {
            hash = (hash ^ value) * Prime;
        }
        return Finish(hash);
    }

    /// <summary>Hash of several texts; ("ab", "c") and ("a", "bc") differ.</summary>
    public static ulong OfParts(params ReadOnlySpan<string> parts)
    {
        var hash = OffsetBasis;
        foreach (var part in parts)
        {
            hash = Add(hash, part);
        }
        return Finish(hash);
    }

    internal static ulong Of(ReadOnlySpan<Label> labels)
    {
        var hash = OffsetBasis;
        foreach (var (name, value) in labels)
        {
            hash = Add(Add(hash, name), value);
        }
        return Finish(hash);
    }

    private static ulong Add(ulong hash, ReadOnlySpan<char> text)
    {
        foreach (var unit in MemoryMarshal.Cast<char, ushort>(text))
        {
            hash = (hash ^ unit) * Prime;
        }
        return (hash ^ 0xFFFF) * Prime;     // U+FFFF is no character, so the separator cannot occur in a text
    }

    private static ulong Finish(ulong hash)
    {
        hash ^= hash >> 32;
        hash *= 0xD6E8FEB86659FD93;
        return hash ^ (hash >> 32);
    }
}
