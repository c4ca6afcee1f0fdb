using Observability.LogStore.Segments.Rows;

namespace Observability.LogStore.Segments.Files;

/// <summary>
/// At which row of a block, sorted by time, each minute begins: counts by minute need no times. Minutes without rows are not in it. How many rows stand exactly
/// at the beginning is known too, since LogQL's minutes are closed on the right and theirs are those of the minute before.
/// </summary>
internal sealed class MinuteIndex(long[] minutes, int[] firstRows, int[] rowsAtBeginning)
{
    public const long Minute = 60_000_000_000;

    /// <summary>Unix minutes, ascending.</summary>
    public ReadOnlySpan<long> Minutes => minutes;

    /// <summary>The first row of each.</summary>
    public ReadOnlySpan<int> FirstRows => firstRows;

    /// <summary>How many of its rows have the very time at which each minute begins.</summary>
    public ReadOnlySpan<int> RowsAtBeginning => rowsAtBeginning;

    /// <summary>Of nanoseconds, also before 1970.</summary>
    public static long MinuteOf(long nanoseconds) => (nanoseconds / Minute) - (nanoseconds % Minute < 0 ? 1 : 0);

    /// <summary>Count; then for each minute its distance to the one before (the first: signed), its count of rows, and how many of them are at its beginning.</summary>
    public static void Write(ref GrowingArray<byte> target, ReadOnlySpan<long> sortedTimes)
    {
        var entries = new GrowingArray<byte>();
        var (count, before) = (0, 0L);
        for (var row = 0; row < sortedTimes.Length;)
        {
            var minute = MinuteOf(sortedTimes[row]);
            var first = row;
            while (row < sortedTimes.Length && sortedTimes[row] == minute * Minute)
            {
                row++;
            }
            var atBeginning = row - first;
            while (row < sortedTimes.Length && MinuteOf(sortedTimes[row]) == minute)
            {
                row++;
            }
            Varint.WriteSigned(ref entries, minute - before);
            Varint.Write(ref entries, (ulong)(row - first));
            Varint.Write(ref entries, (ulong)atBeginning);
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
            Varint.Write(ref target, (ulong)rowsAtBeginning[i]);
        }
    }

    public static MinuteIndex Read(ReadOnlySpan<byte> bytes, ref int offset)
    {
        var minutes = new long[(int)Varint.Read(bytes, ref offset)];
        var firstRows = new int[minutes.Length];
        var rowsAtBeginning = new int[minutes.Length];
        var (minute, row) = (0L, 0);
        for (var i = 0; i < minutes.Length; i++)
        {
            minutes[i] = minute += Varint.ReadSigned(bytes, ref offset);
            firstRows[i] = row;
            row += (int)Varint.Read(bytes, ref offset);
            rowsAtBeginning[i] = (int)Varint.Read(bytes, ref offset);
        }
        return new MinuteIndex(minutes, firstRows, rowsAtBeginning);
    }
}
