using System.Buffers.Binary;

namespace Observability.LogStore.Segments.Searching;

/// <summary>
/// Counts how often each number occurs in a run of rows. Neighbours often have the same number, and an addition must wait for the one before to the same
/// place: four banks of counts, added up at the end, keep them apart.
/// </summary>
internal sealed class RowHistogram
{
    private const int Banks = 4;

    private int[] _counts = [];

    /// <param name="numbers">Of <paramref name="width"/> bytes each, all below <paramref name="bound"/>.</param>
    /// <param name="width">One or two.</param>
    /// <param name="bound">How many different numbers there can be.</param>
    /// <returns>By number; valid until the next call.</returns>
    public ReadOnlySpan<int> Count(ReadOnlySpan<byte> numbers, int width, int bound)
    {
        if (_counts.Length < Banks * bound)
        {
            _counts = new int[Banks * bound];
        }
        _counts.AsSpan(0, Banks * bound).Clear();
        if (width == 1)
        {
            CountBytes(numbers, bound);
        }
        else
        {
            CountPairsOfBytes(numbers, bound);
        }
        return _counts.AsSpan(0, bound);
    }

    private void CountBytes(ReadOnlySpan<byte> numbers, int bound)
    {
        var first = _counts.AsSpan(0, bound);
        var second = _counts.AsSpan(bound, bound);
        var third = _counts.AsSpan(2 * bound, bound);
        var fourth = _counts.AsSpan(3 * bound, bound);
        for (; numbers.Length >= sizeof(ulong); numbers = numbers[sizeof(ulong)..])
        {
            var eight = BinaryPrimitives.ReadUInt64LittleEndian(numbers);
            first[(byte)eight]++;
            second[(byte)(eight >> 8)]++;
            third[(byte)(eight >> 16)]++;
            fourth[(byte)(eight >> 24)]++;
            first[(byte)(eight >> 32)]++;
            second[(byte)(eight >> 40)]++;
            third[(byte)(eight >> 48)]++;
            fourth[(byte)(eight >> 56)]++;
        }
        foreach (var number in numbers)
        {
            first[number]++;
        }
        AddUp(bound);
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
        AddUp(bound);
    }

    private void AddUp(int bound)
    {
        var first = _counts.AsSpan(0, bound);
        for (var bank = 1; bank < Banks; bank++)
        {
            var other = _counts.AsSpan(bank * bound, bound);
            for (var number = 0; number < first.Length; number++)
            {
                first[number] += other[number];
            }
        }
    }
}
