using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Observability.Durability;

/// <summary>
/// CRC-32C (Castagnoli polynomial 0x1EDC6F41, reflected, start and end inverted: RFC 3720, appendix B.4), by the processor's instruction where it has one.
/// </summary>
public static class Crc32C
{
    /// <summary>
    /// The instruction has a latency of three cycles, so three independent stripes keep it busy. Bigger: fewer joins, but shorter contents fall back to
    /// one chain.
    /// </summary>
    private const int StripeBytes = 512;

    private static readonly uint[] s_appendStripeOfZeros = BuildShiftTable(StripeBytes);

    /// <summary>Checksum of the content alone.</summary>
    public static uint Compute(ReadOnlySpan<byte> content) => Append(0, content);

    /// <summary>Checksum of everything that <paramref name="checksum"/> covers, followed by <paramref name="content"/>.</summary>
    public static uint Append(uint checksum, ReadOnlySpan<byte> content)
    {
        var state = ~checksum;
        while (content.Length >= 3 * StripeBytes)
        {
            state = AppendThreeStripes(state, content);
            content = content[(3 * StripeBytes)..];
        }
        while (content.Length >= sizeof(ulong))
        {
            state = BitOperations.Crc32C(state, BinaryPrimitives.ReadUInt64LittleEndian(content));
            content = content[sizeof(ulong)..];
        }
        foreach (var value in content)
        {
            state = BitOperations.Crc32C(state, value);
        }
        return ~state;
    }

    private static uint AppendThreeStripes(uint state, ReadOnlySpan<byte> content)
    {
        var first = MemoryMarshal.Cast<byte, ulong>(content[..StripeBytes]);
        var second = MemoryMarshal.Cast<byte, ulong>(content[StripeBytes..(2 * StripeBytes)]);
        var third = MemoryMarshal.Cast<byte, ulong>(content[(2 * StripeBytes)..(3 * StripeBytes)]);
        uint secondState = 0;
        uint thirdState = 0;
        for (var index = 0; index < first.Length; index++)
        {
            state = BitOperations.Crc32C(state, LittleEndian(first[index]));
            secondState = BitOperations.Crc32C(secondState, LittleEndian(second[index]));
            thirdState = BitOperations.Crc32C(thirdState, LittleEndian(third[index]));
        }
        // The checksum is linear: the state behind A|B is (A followed by as many zeros as B has) xor (B from an empty state).
        state = AppendStripeOfZeros(state) ^ secondState;
        return AppendStripeOfZeros(state) ^ thirdState;
    }

    private static ulong LittleEndian(ulong value) => BitConverter.IsLittleEndian ? value : BinaryPrimitives.ReverseEndianness(value);

    private static uint AppendStripeOfZeros(uint state) =>
        s_appendStripeOfZeros[state & 0xFF]
        ^ s_appendStripeOfZeros[256 + ((state >> 8) & 0xFF)]
        ^ s_appendStripeOfZeros[512 + ((state >> 16) & 0xFF)]
        ^ s_appendStripeOfZeros[768 + (state >> 24)];

    private static uint[] BuildShiftTable(int zeroBytes)
    {
        var table = new uint[4 * 256];
        for (var position = 0; position < 4; position++)
        {
            for (uint value = 0; value < 256; value++)
            {
                var state = value << (8 * position);
                for (var count = 0; count < zeroBytes; count++)
                {
                    state = BitOperations.Crc32C(state, (byte)0);
                }
                table[(position * 256) + value] = state;
            }
        }
        return table;
    }
}
