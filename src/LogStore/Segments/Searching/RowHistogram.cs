using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Observability.LogStore.Segments.Searching;

/// <summary>
/// Counts how often each number occurs in a run of rows. Neighbours often have the same number, and an addition must wait for the one before to the same
/// place: four banks of counts, added up at the end, keep them apart.
/// </summary>
internal sealed class RowHistogram
{
    private const int Banks = 4;

    /// <summary>Places of a bank for numbers of one byte: whatever a byte holds has its place, so none is checked.</summary>
    private const int ByteBank = byte.MaxValue + 1;

    private int[] _counts = new int[Banks * ByteBank];

    /// <param name="numbers">Of <paramref name="width"/> bytes each, all below <paramref name="bound"/>.</param>
    /// <param name="width">One or two.</param>
    /// <param name="bound">How many different numbers there can be.</param>
    /// <returns>By number; valid until the next call.</returns>
    public ReadOnlySpan<int> Count(ReadOnlySpan<byte> numbers, int width, int bound)
    {
        var bank = width == 1 ? ByteBank : bound;
        if (_counts.Length < Banks * bank)
        {
            _counts = new int[Banks * bank];
        }
        _counts.AsSpan(0, Banks * bank).Clear();
        if (width == 1)
        {
            CountBytes(numbers);
        }
        else
        {
            CountPairsOfBytes(numbers, bound);
        }
        AddUp(bank, bound);
        return _counts.AsSpan(0, bound);
    }

    private void CountBytes(ReadOnlySpan<byte> numbers)
    {
        ref var first = ref MemoryMarshal.GetArrayDataReference(_counts);
        ref var second = ref Unsafe.Add(ref first, ByteBank);
        ref var third = ref Unsafe.Add(ref first, 2 * ByteBank);
        ref var fourth = ref Unsafe.Add(ref first, 3 * ByteBank);
        for (; numbers.Length >= sizeof(ulong); numbers = numbers[sizeof(ulong)..])
        {
            var eight = BinaryPrimitives.ReadUInt64LittleEndian(numbers);
            Unsafe.Add(ref first, (int)(byte)eight)++;
            Unsafe.Add(ref second, (int)(byte)(eight >> 8))++;
            Unsafe.Add(ref third, (int)(byte)(eight >> 16))++;
            Unsafe.Add(ref fourth, (int)(byte)(eight >> 24))++;
            Unsafe.Add(ref first, (int)(byte)(eight >> 32))++;
            Unsafe.Add(ref second, (int)(byte)(eight >> 40))++;
            Unsafe.Add(ref third, (int)(byte)(eight >> 48))++;
            Unsafe.Add(ref fourth, (int)(byte)(eight >> 56))++;
        }
        foreach (var number in numbers)
        {
            Unsafe.Add(ref first, (int)number)++;
        }
    }

    private void CountPairsOfBytes(ReadOnlySpan<byte> numbers, int bound)
    {
        var first = _counts.AsSpan(0, bound);
        var second = _counts.AsSpan(bound, bound);
        var third = _counts.AsSpan(2 * bound, bound);
        var fourth = _counts.AsSpan(3 * bound, bound);
        for (; numbers.Length >= sizeof(ulong); numbers = numbers[sizeof(ulong)..])
        {
            var four = BinaryPrimitives.ReadUInt64LittleEndian(numbers);
            first[(ushort)four]++;
            second[(ushort)(four >> 16)]++;
            third[(ushort)(four >> 32)]++;
            fourth[(ushort)(four >> 48)]++;
        }
        for (; numbers.Length >= sizeof(ushort); numbers = numbers[sizeof(ushort)..])
        {
            first[BinaryPrimitives.ReadUInt16LittleEndian(numbers)]++;
        }
    }

    private void AddUp(int bank, int bound)
    {
        var first = _counts.AsSpan(0, bound);
        for (var start = bank; start < Banks * bank; start += bank)
        {
            var other = _counts.AsSpan(start, bound);
            for (var number = 0; number < first.Length; number++)
            {
                first[number] += other[number];
            }
        }
    }
}
