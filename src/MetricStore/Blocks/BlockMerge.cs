using Observability.MetricStore.BlockIndexes;
using Observability.MetricStore.Chunks;
using Observability.Telemetry;

namespace Observability.MetricStore.Blocks;

/// <summary>
/// Writes the samples of several blocks as one, series by series: where two have a stamp, the block of the higher rank has the word. What was deleted and what
/// is damaged is left out; small chunks become full ones.
/// </summary>
internal sealed class BlockMerge(IReadOnlyList<Block> blocks, IReadOnlyList<SeriesDeletion> deletions, ulong journalIncarnation)
{
    private readonly BlockReadBuffer _buffer = new();
    private readonly SampleColumns _part = new();
    private SampleColumns _samples = new();
    private SampleColumns _merged = new();

    /// <returns>False when no sample is left.</returns>
    public bool WriteTo(BlockWriter writer)
    {
        var sources = blocks.Select(static block => new Source(block)).ToList();
        var hasSamples = false;
        while (Lowest(sources) is { } labels)
        {
            _samples.Clear();
            foreach (var source in sources)
            {
                if (source.Labels is { } own && own.Equals(labels))
                {
                    AddPart(source);
                    source.MoveNext();
                }
            }
            if (_samples.Count > 0)
            {
                writer.Add(labels, _samples);
                hasSamples = true;
            }
        }
        return hasSamples;
    }

    private static LabelSet? Lowest(List<Source> sources)
    {
        LabelSet? lowest = null;
        foreach (var source in sources)
        {
            if (source.Labels is { } labels && (lowest is null || SeriesOrder.Instance.Compare(labels, lowest) < 0))
            {
                lowest = labels;
            }
        }
        return lowest;
    }

    private void AddPart(Source source)
    {
        _part.Clear();
        source.Read(_buffer, _part);
        foreach (var deletion in deletions)
        {
            if (deletion.IsOpenFor(source.Header, journalIncarnation) && deletion.Concerns(source.Labels!))
            {
                _part.Remove(deletion.FromMilliseconds, deletion.UntilMilliseconds);
            }
        }
        _merged.Merge(_samples, _part);
        (_samples, _merged) = (_merged, _samples);
    }

    /// <summary>Walks over the series of one block.</summary>
    private sealed class Source
    {
        private readonly Block _block;
        private readonly BlockIndex _index;
        private int _series = -1;

        public Source(Block block)
        {
            (_block, _index) = (block, block.Index);
            MoveNext();
        }

        public BlockHeader Header => _block.Header;

        /// <summary>Null behind the last series.</summary>
        public LabelSet? Labels { get; private set; }

        public void MoveNext() => Labels = ++_series < _index.SeriesCount ? _index.Labels(_series) : null;

        public void Read(BlockReadBuffer buffer, SampleColumns target) => _block.Read(_index, _series, long.MinValue, long.MaxValue, buffer, target);
    }
}
