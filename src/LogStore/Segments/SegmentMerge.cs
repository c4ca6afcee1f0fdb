using Observability.LogStore.Segments.Files;
using Observability.LogStore.Segments.Rows;

namespace Observability.LogStore.Segments;

/// <summary>Makes few large segments out of many small ones, so that a quiet store that flushes every few seconds does not drown in files.</summary>
internal static class SegmentMerge
{
    /// <summary>So many neighbours of about one size make one: each row is rewritten once per size, three times at most.</summary>
    public const int FanIn = 8;

    /// <summary>Sizes up to 512 KiB, 4 MiB and 32 MiB are merged; bigger segments stay. More sizes need more memory while merging.</summary>
    private static readonly long[] s_sizes = [512L << 10, 4L << 20, 32L << 20];

    /// <summary>Most bytes of one merge: its rows are in memory while it runs.</summary>
    private const long MergedBytes = 64L << 20;

    /// <summary>A segment goes when its newest row is too old, so this is how much longer an older row can stay.</summary>
    private const long SpanNanoseconds = 24L * 3600 * 1_000_000_000;

    /// <summary>Neighbours to merge, oldest first, or null when nothing is worth it.</summary>
    public static IReadOnlyList<Segment>? Choose(IReadOnlyList<Segment> segments)
    {
        foreach (var size in s_sizes)
        {
            for (var start = 0; start < segments.Count; start++)
            {
                var run = Run(segments, start, size);
                if (run.Count >= FanIn)
                {
                    return run;
                }
            }
        }
        return null;
    }

    /// <returns>The rows of all inputs in the order of receipt; null when a block turned out to be damaged, which is then reported and not merged again.</returns>
    public static HeadRows? Read(IReadOnlyList<Segment> inputs, Action<SegmentBlock, SegmentDamagedException> onDamage)
    {
        var merged = new HeadRows();
        foreach (var block in inputs.SelectMany(segment => segment.Blocks))
        {
            using var rows = new BlockColumns(block);
            try
            {
                for (var row = 0; row < rows.Count; row++)
                {
                    merged.Add(rows, row);
                }
            }
            catch (SegmentDamagedException exception)
            {
                onDamage(block, exception);
                return null;
            }
        }
        return merged;
    }

    private static List<Segment> Run(IReadOnlyList<Segment> segments, int start, long size)
    {
        var run = new List<Segment>();
        var (bytes, oldest, newest) = (0L, long.MaxValue, long.MinValue);
        foreach (var segment in segments.Skip(start).TakeWhile(segment => segment.FileBytes <= size && segment.Blocks.All(block => !block.IsDamaged)))
        {
            bytes += segment.FileBytes;
            if (segment.Header.RowCount > 0)
            {
                oldest = Math.Min(oldest, segment.Header.MinReceived);
                newest = Math.Max(newest, segment.Header.MaxReceived);
            }
            if (bytes > MergedBytes || (newest > oldest && newest - oldest > SpanNanoseconds))
            {
                break;
            }
            run.Add(segment);
        }
        return run;
    }
}
