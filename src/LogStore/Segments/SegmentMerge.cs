using Observability.LogStore.Segments.Compression;
using Observability.LogStore.Segments.Files;
using Observability.LogStore.Segments.Rows;

namespace Observability.LogStore.Segments;

/// <summary>
/// Makes few large segments out of many small ones, so that a quiet store that flushes every few seconds does not drown in files, and packs closer what is
/// searched less: LZ4 while it is young, Brotli later.
/// </summary>
/// <param name="Inputs">Neighbours, oldest first; one alone is only packed anew.</param>
/// <param name="Compression">Of the result.</param>
internal sealed record SegmentMerge(IReadOnlyList<Segment> Inputs, ColumnCompression Compression)
{
    /// <summary>So many neighbours of about one size make one: each row is rewritten once per size, and once more when it is packed for good.</summary>
    public const int FanIn = 8;

    /// <summary>Most rows of one merge: they are in memory while it runs, about 300 bytes each. Segments with more than half of it are merged no further.</summary>
    private const int MergedRows = 16 * SegmentWriter.RowsPerBlock;

    /// <summary>A segment goes when its newest row is too old, so this is how much longer an older row can stay.</summary>
    private const long SpanNanoseconds = 24L * 3600 * 1_000_000_000;

    private static readonly int[] s_sizes = [MergedRows / 64, MergedRows / 8];

    /// <summary>What is worth doing next, or null. Segments with a damaged block stay as they are.</summary>
    /// <param name="segments">All, oldest first.</param>
    /// <param name="coldBefore">Rows received before are searched rarely: Unix nanoseconds.</param>
    public static SegmentMerge? Choose(IReadOnlyList<Segment> segments, long coldBefore)
    {
        foreach (var size in s_sizes)
        {
            for (var start = 0; start < segments.Count; start++)
            {
                var run = Run(segments, start, segment => segment.Header.RowCount <= size);
                if (run.Count >= FanIn)
                {
                    return new SegmentMerge(run, run.All(segment => IsCold(segment, coldBefore)) ? ColumnCompression.Brotli : ColumnCompression.Lz4);
                }
            }
        }
        for (var start = 0; start < segments.Count; start++)
        {
            var cold = Run(segments, start, segment => IsCold(segment, coldBefore) && segment.Header is { Compression: not ColumnCompression.Brotli, RowCount: > 0 });
            if (cold.Count > 0)
            {
                return new SegmentMerge(cold, ColumnCompression.Brotli);
            }
        }
        return null;
    }

    /// <returns>The rows of all inputs in the order of receipt; null when a block turned out to be damaged, which is then reported and not merged again.</returns>
    public HeadRows? Read(BloomCache blooms, Action<SegmentBlock, SegmentDamagedException> onDamage)
    {
        var merged = new HeadRows();
        foreach (var block in Inputs.SelectMany(segment => segment.Blocks))
        {
            using var rows = new BlockColumns(block, blooms);
            try
            {
                merged.Add(rows, Enumerable.Range(0, rows.Count).ToArray());
            }
            catch (SegmentDamagedException exception)
            {
                onDamage(block, exception);
                return null;
            }
        }
        return merged;
    }

    private static bool IsCold(Segment segment, long coldBefore) => segment.Header.MaxReceived < coldBefore;

    private static List<Segment> Run(IReadOnlyList<Segment> segments, int start, Func<Segment, bool> isWanted)
    {
        var run = new List<Segment>();
        var (rows, oldest, newest) = (0L, long.MaxValue, long.MinValue);
        foreach (var segment in segments.Skip(start).TakeWhile(segment => isWanted(segment) && segment.Blocks.All(block => !block.IsDamaged)))
        {
            rows += segment.Header.RowCount;
            if (segment.Header.RowCount > 0)
            {
                oldest = Math.Min(oldest, segment.Header.MinReceived);
                newest = Math.Max(newest, segment.Header.MaxReceived);
            }
            // One alone may be as large as it is.
            if (run.Count > 0 && (rows > MergedRows || (newest > oldest && newest - oldest > SpanNanoseconds)))
            {
                break;
            }
            run.Add(segment);
        }
        return run;
    }
}
