using Observability.MetricStore.BlockIndexes;
using Observability.MetricStore.Blocks;
using Observability.MetricStore.Chunks;
using Observability.MetricStore.Head;
using Observability.Telemetry;

namespace Observability.MetricStore.Reading;

/// <summary>Where the samples of one series are.</summary>
/// <param name="Labels">Of the series.</param>
/// <param name="InMemory">What the head held when it was asked.</param>
/// <param name="Parts">Its place in blocks, in the order of their ranks; null when it is in none.</param>
internal readonly record struct MergedSeries(LabelSet Labels, HeldChunks InMemory, List<(Block Block, BlockIndex Index, int Series)>? Parts)
{
    /// <summary>Blocks answer by their chunks: one that reaches into the range counts, which may be half an hour too much at an edge.</summary>
    public bool HasSample(long after, long until, SampleColumns columns, BlockReadBuffer buffer)
    {
        columns.Clear();
        InMemory.Read(columns, after, until);
        if (columns.Count > 0)
        {
            return true;
        }
        foreach (var (_, index, series) in Parts ?? [])
        {
            index.Chunks(series, after, until, buffer.Chunks);
            if (buffer.Chunks.Count > 0)
            {
                return true;
            }
        }
        return false;
    }
}

/// <summary>Finds series in the head and in blocks and puts together what belongs to one.</summary>
internal static class SeriesMerge
{
    /// <param name="inMemory">Taken from the head before the blocks were held: what leaves memory afterwards is still in here, what left before is in a block.</param>
    /// <param name="blocks">Held.</param>
    /// <param name="matchers">What blocks are searched with.</param>
    public static List<MergedSeries> Of(List<(LabelSet Labels, HeldChunks Chunks)> inMemory, IReadOnlyList<Block> blocks, IReadOnlyList<LabelMatcher> matchers)
    {
        var merged = inMemory.ConvertAll(static series => new MergedSeries(series.Labels, series.Chunks, null));
        if (blocks.Count == 0)
        {
            return merged;
        }
        var positions = new Dictionary<LabelSet, int>(merged.Count);
        for (var i = 0; i < merged.Count; i++)
        {
            positions.Add(merged[i].Labels, i);
        }
        foreach (var block in blocks)
        {
            var index = block.Index;
            foreach (var id in new BlockSearch(index).Find(matchers))
            {
                var labels = index.Labels(id);
                if (!positions.TryGetValue(labels, out var position))
                {
                    position = merged.Count;
                    positions.Add(labels, position);
                    merged.Add(new MergedSeries(labels, default, []));
                }
                else if (merged[position].Parts is null)
                {
                    merged[position] = merged[position] with { Parts = [] };
                }
                merged[position].Parts!.Add((block, index, id));
            }
        }
        return merged;
    }
}
