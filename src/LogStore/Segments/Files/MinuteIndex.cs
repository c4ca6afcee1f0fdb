using Observability.LogStore.Segments.Rows;

namespace Observability.LogStore.Segments.Files;

/// <summary>
/// At which row of a block, sorted by time, each minute begins: counts by minute need no times. Minutes without rows are not in it.
/// </summary>
internal sealed class MinuteIndex(long[] minutes, int[] firstRows)
{
    public const long Minute = 60_000_000_000;

    /// <summary>Unix minutes, ascending.</summary>
    public ReadOnlySpan<long> Minutes => minutes;

    /// <summary>The first row of each.</summary>
    public ReadOnlySpan<int> FirstRows => firstRows;

    /// <summary>Of nanoseconds, also before 1970.</summary>
    public static long MinuteOf(long nanoseconds) => FloorTo(nanoseconds, Minute) / Minute;

    /// <summary>The greatest multiple of <paramref name="unit"/> that is not after a time.</summary>
    public static long FloorTo(long nanoseconds, long unit)
    {
        var rest = nanoseconds % unit;
        return nanoseconds - (rest < 0 ? rest + unit : rest);
    }

    /// <summary>Count; then for each minute its distance to the one before (the first: signed), and its count of rows.</summary>
    public static void Write(ref GrowingArray<byte> target, ReadOnlySpan<long> sortedTimes)
    {
        var entries = new GrowingArray<byte>();
        var (count, before) = (0, 0L);
        for (var row = 0; row < sortedTimes.Length;)
        {
            var minute = MinuteOf(sortedTimes[row]);
            var first = row;
            while (row < sortedTimes.Length && MinuteOf(sortedTimes[row]) == minute)
            {
                row++;
            }
            Varint.WriteSigned(ref entries, minute - before);
            Varint.Write(ref entries, (ulong)(row - first));
            before = minute;
            count++;
        }
        Varint.Write(ref target, (ulong)count);
        target.Append(entries.Written);
    }

    /// <summary>Writes this index into another block's entry.</summary>
    public void CopyTo(ref GrowingArray<byte> target, int rows)
    {
        Varint.Write(ref target, (ulong)minutes.Length);
        for (var i = 0; i < minutes.Length; i++)
        {
            Varint.WriteSigned(ref target, minutes[i] - (i == 0 ? 0 : minutes[i - 1]));
            Varint.Write(ref target, (ulong)((i + 1 < firstRows.Length ? firstRows[i + 1] : rows) - firstRows[i]));
        }
    }

    public static MinuteIndex Read(ReadOnlySpan<byte> bytes, ref int offset)
    {
        var minutes = new long[(int)Varint.Read(bytes, ref offset)];
        var firstRows = new int[minutes.Length];
        var (minute, row) = (0L, 0);
        for (var i = 0; i < minutes.Length; i++)
        {
            minutes[i] = minute += Varint.ReadSigned(bytes, ref offset);
            firstRows[i] = row;
            row += (int)Varint.Read(bytes, ref offset);
        }
        return new MinuteIndex(minutes, firstRows);
    }
}
