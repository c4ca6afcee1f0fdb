using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Text.Unicode;

namespace Observability.Collector.Normalizing;

/// <summary>
/// Whether bytes are UTF-8. Names and values of attributes are mostly a few ASCII characters: two loads that may overlap see all of them, where the general
/// check, made for long texts, costs more than everything else that is done with such a text.
/// </summary>
internal static class Utf8Validity
{
    private const ulong NonAsciiBits = 0x8080_8080_8080_8080;

    public static bool IsValid(ReadOnlySpan<byte> utf8) => IsShortAscii(utf8) || Utf8.IsValid(utf8);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsShortAscii(ReadOnlySpan<byte> utf8) => utf8.Length switch
    {
        < sizeof(uint) => false,
        < sizeof(ulong) => ((BinaryPrimitives.ReadUInt32LittleEndian(utf8) | BinaryPrimitives.ReadUInt32LittleEndian(utf8[^sizeof(uint)..])) & 0x8080_8080U) == 0,
        < 2 * sizeof(ulong) => ((BinaryPrimitives.ReadUInt64LittleEndian(utf8) | BinaryPrimitives.ReadUInt64LittleEndian(utf8[^sizeof(ulong)..])) & NonAsciiBits) == 0,
        <= 4 * sizeof(ulong) => (Vector128.Create(utf8) | Vector128.Create(utf8[^(2 * sizeof(ulong))..])).ExtractMostSignificantBits() == 0,
        _ => false,
    };
}
