using Observability.Durability;
using Observability.LogStore.Segments.Compression;
using Observability.LogStore.Segments.Rows;

namespace Observability.LogStore.Segments.Files;

/// <summary>
/// Writes rows as one segment file: sorted by time, in blocks, then the tables, then the header. The file gets its name only when all of it is on the device.
/// </summary>
internal static class SegmentWriter
{
    /// <summary>Bigger: better dictionaries, more to read for one row. On 16,384 rows of 135 bytes a block is 2 MB, about what a core's cache holds.</summary>
    public const int RowsPerBlock = 16_384;

    public const string UnfinishedSuffix = ".unfinished";

    /// <summary>Writes the file and makes its name durable. Zero rows are a segment too: it carries the marks.</summary>
    /// <exception cref="IOException">The disk failed; nothing has the name, or the same content would have it again after a repeat.</exception>
    public static void Write(
        IDisk disk, string path, HeadRows rows, AppliedMarks marks, ulong firstFlush, ulong lastFlush, ColumnCompression compression = ColumnCompression.Lz4) =>
        WriteFile(disk, path, compression, file => WriteRows(file, rows, marks, firstFlush, lastFlush));

    /// <summary>
    /// Lets <paramref name="write"/> make the file beside its place, then gives it its name: also one that a file has already, which readers keep that have
    /// it open.
    /// </summary>
    public static void WriteFile(IDisk disk, string path, ColumnCompression compression, Action<SegmentFileWriter> write)
    {
        // A new file for each attempt: what a failed flush may have dropped is not written over but left behind.
        var unfinished = path + UnfinishedSuffix;
        disk.Delete(unfinished);
        try
        {
            using var file = disk.Open(unfinished, DiskOpenMode.New);
            using var writer = new SegmentFileWriter(file, compression);
            write(writer);
            file.Flush();
        }
        catch (DiskFullException)
        {
            // Half a segment must not take the room that appends and deletions need.
            disk.Delete(unfinished);
            throw;
        }
        disk.Rename(unfinished, path);
        disk.SyncDirectory(Path.GetDirectoryName(path)!);
    }

    private static void WriteRows(SegmentFileWriter file, HeadRows head, AppliedMarks marks, ulong firstFlush, ulong lastFlush)
    {
        var rows = head.Snapshot();
        var order = OrderByTime(rows.Times);
        var blockTable = new GrowingArray<byte>();
        Varint.Write(ref blockTable, (ulong)((order.Length + RowsPerBlock - 1) / RowsPerBlock));
        var blocks = new BlockWriter(file, rows, head.NameCounts);
        for (var start = 0; start < order.Length; start += RowsPerBlock)
        {
            blocks.Write(order.AsSpan(start, Math.Min(RowsPerBlock, order.Length - start)), ref blockTable);
        }
        var (minReceived, maxReceived) = (long.MaxValue, long.MinValue);
        foreach (var received in rows.Received)
        {
            minReceived = Math.Min(minReceived, received);
            maxReceived = Math.Max(maxReceived, received);
        }
        file.Finish(new SegmentContent
        {
            MinTime = order.Length == 0 ? long.MaxValue : rows.Times[order[0]],
            MaxTime = order.Length == 0 ? long.MinValue : rows.Times[order[^1]],
            MinReceived = minReceived,
            MaxReceived = maxReceived,
            RowCount = order.Length,
            FirstFlush = firstFlush,
            LastFlush = lastFlush,
            Marks = marks,
            Resources = rows.Tables.Resources,
            Names = rows.Tables.Names,
            BlockTable = blockTable.Written.ToArray(),
        });
    }

    /// <summary>Rows sorted by time, those of one time in the order of receipt.</summary>
    internal static int[] OrderByTime(ReadOnlySpan<long> times)
    {
        var order = new int[times.Length];
        var isSorted = true;
        for (var row = 0; row < order.Length; row++)
        {
            order[row] = row;
            isSorted &= row == 0 || times[row - 1] <= times[row];
        }
        if (isSorted)
        {
            return order;
        }
        var keys = times.ToArray();
        Array.Sort(keys, order);
        // The sort is not stable: rows of one time are put back into the order of receipt.
        for (var start = 0; start < order.Length;)
        {
            var end = start + 1;
            while (end < order.Length && keys[end] == keys[start])
            {
                end++;
            }
            order.AsSpan(start, end - start).Sort();
            start = end;
        }
        return order;
    }
}
