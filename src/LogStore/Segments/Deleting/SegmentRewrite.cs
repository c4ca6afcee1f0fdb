using System.Buffers;
using Observability.Durability;
using Observability.LogStore.Segments.Files;
using Observability.LogStore.Segments.Rows;

namespace Observability.LogStore.Segments.Deleting;

/// <summary>
/// Takes rows out of a segment. A block that keeps all its rows is copied as it is, also a damaged one (its checksum goes along, so the damage stays known);
/// a block that loses some is written anew. Streams that no row has any more are emptied in the tables, so that a deleted label is gone from the file too.
/// </summary>
internal sealed class SegmentRewrite
{
    private readonly Segment _segment;
    private readonly BloomCache _blooms;
    private readonly Dictionary<SegmentBlock, int[]> _kept = [];

    private SegmentRewrite(Segment segment, BloomCache blooms) => (_segment, _blooms) = (segment, blooms);

    /// <summary>How many rows go.</summary>
    public long DeletedRows { get; private set; }

    /// <summary>Finds what is to go.</summary>
    /// <param name="segment">Whose rows.</param>
    /// <param name="blooms">Filters of its blocks.</param>
    /// <param name="find">The rows of a block that go, ascending.</param>
    /// <param name="onDamage">Told of a block that cannot be read: it is kept, and no search reads it.</param>
    public static SegmentRewrite Plan(Segment segment, BloomCache blooms, Func<BlockColumns, int[]> find, Action<SegmentBlock, SegmentDamagedException> onDamage)
    {
        var rewrite = new SegmentRewrite(segment, blooms);
        foreach (var block in segment.Blocks.Where(block => !block.IsDamaged))
        {
            using var rows = new BlockColumns(block, blooms);
            try
            {
                var deleted = find(rows);
                if (deleted.Length > 0)
                {
                    rewrite.Delete(block, deleted);
                }
            }
            catch (SegmentDamagedException exception)
            {
                onDamage(block, exception);
            }
        }
        return rewrite;
    }

    /// <summary>Puts the file without those rows in the place of the one with them.</summary>
    /// <exception cref="IOException">The disk failed, or a block that loses rows is damaged; the old file stays.</exception>
    public void Write(IDisk disk) => SegmentWriter.WriteFile(disk, _segment.Path, _segment.Header.Compression, Write);

    private void Delete(SegmentBlock block, int[] deleted)
    {
        var isDeleted = new bool[block.RowCount];
        foreach (var row in deleted)
        {
            isDeleted[row] = true;
        }
        _kept.Add(block, [.. Enumerable.Range(0, block.RowCount).Where(row => !isDeleted[row])]);
        DeletedRows += deleted.Length;
    }

    private void Write(SegmentFileWriter file)
    {
        var blocks = _segment.Blocks.Where(block => !_kept.TryGetValue(block, out var kept) || kept.Length > 0).ToList();
        var table = new GrowingArray<byte>();
        Varint.Write(ref table, (ulong)blocks.Count);
        var usedResources = new HashSet<int>();
        foreach (var block in blocks)
        {
            if (_kept.TryGetValue(block, out var kept))
            {
                WriteKept(file, block, kept, usedResources, ref table);
            }
            else
            {
                usedResources.UnionWith(block.Slots.Select(slot => slot / Levels.Count));
                Copy(file, block, ref table);
            }
        }
        var header = _segment.Header;
        var isEmpty = blocks.Count == 0;
        file.Finish(new SegmentContent
        {
            // Times may be those of rows that are gone: wider than needed finds nothing wrong.
            MinTime = isEmpty ? long.MaxValue : header.MinTime,
            MaxTime = isEmpty ? long.MinValue : header.MaxTime,
            MinReceived = isEmpty ? long.MaxValue : header.MinReceived,
            MaxReceived = isEmpty ? long.MinValue : header.MaxReceived,
            RowCount = header.RowCount - DeletedRows,
            FirstFlush = header.FirstFlush,
            LastFlush = header.LastFlush,
            Marks = _segment.ReadMarks(),
            Resources = _segment.Tables.Resources.ToArray().Select((resource, position) => usedResources.Contains(position) ? resource : RowResource.Empty).ToArray(),
            Names = _segment.Tables.Names,
            BlockTable = table.Written.ToArray(),
        });
    }

    private void WriteKept(SegmentFileWriter file, SegmentBlock block, int[] kept, HashSet<int> usedResources, ref GrowingArray<byte> table)
    {
        using var rows = new BlockColumns(block, _blooms);
        var head = new HeadRows(_segment.Tables);
        head.Add(rows, kept);
        var snapshot = head.Snapshot();
        foreach (var slot in snapshot.Slots)
        {
            usedResources.Add(slot / Levels.Count);
        }
        new BlockWriter(file, snapshot, head.NameCounts).Write(Enumerable.Range(0, kept.Length).ToArray(), ref table);
    }

    private static void Copy(SegmentFileWriter file, SegmentBlock block, ref GrowingArray<byte> table)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(block.LargestStoredColumn);
        try
        {
            block.CopyTo(file, ref table, buffer);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
