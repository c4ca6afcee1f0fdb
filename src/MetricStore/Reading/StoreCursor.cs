using Observability.MetricStore.Blocks;
using Observability.MetricStore.Chunks;
using Observability.Telemetry;

namespace Observability.MetricStore.Reading;

/// <summary>
/// Series of head and blocks, one unpacked at a time. A stamp that lies in several places counts once: memory has the word, then the block of the highest rank.
/// That also makes a sample count once that a crash left both in a block and in memory.
/// </summary>
internal sealed class StoreCursor : ISeriesCursor
{
    private readonly List<MergedSeries> _series;
    private readonly IReadOnlyList<Block> _held;
    private readonly IReadOnlyList<SeriesDeletion> _deletions;
    private readonly ulong _journalIncarnation;
    private readonly long _after;
    private readonly long _until;
    private readonly bool _newestOnly;
    private readonly BlockReadBuffer _buffer = new();
    private SampleColumns _samples = new();
    private SampleColumns _part = new();
    private SampleColumns _merged = new();
    private int _position = -1;

    /// <param name="series">From <see cref="SeriesMerge"/>.</param>
    /// <param name="held">Released with the cursor.</param>
    /// <param name="deletions">What blocks may not yet have done.</param>
    /// <param name="journalIncarnation">Whose records deletions are.</param>
    /// <param name="after">Exclusive.</param>
    /// <param name="until">Inclusive.</param>
    /// <param name="newestOnly">Series may come with their newest sample alone.</param>
    public StoreCursor(List<MergedSeries> series, IReadOnlyList<Block> held, IReadOnlyList<SeriesDeletion> deletions, ulong journalIncarnation, long after, long until,
        bool newestOnly)
    {
        (_series, _held, _deletions, _journalIncarnation, _after, _until, _newestOnly) = (series, held, deletions, journalIncarnation, after, until, newestOnly);
    }

    public LabelSet Labels => _series[_position].Labels;

    public ReadOnlySpan<long> Timestamps => _samples.Timestamps;

    public ReadOnlySpan<double> Values => _samples.Values;

    public bool MoveNext()
    {
        while (++_position < _series.Count)
        {
            Read(_series[_position]);
            if (_samples.Count > 0)
            {
                return true;
            }
        }
        return false;
    }

    public void Dispose()
    {
        foreach (var block in _held)
        {
            block.Release();
        }
    }

    private void Read(in MergedSeries series)
    {
        _samples.Clear();
        if (series.Parts is { } parts)
        {
            foreach (var (block, index, id) in parts)
            {
                _part.Clear();
                block.Read(index, id, _after, _until, _buffer, _part);
                foreach (var deletion in _deletions)
                {
                    if (deletion.IsOpenFor(block.Header, _journalIncarnation) && deletion.Concerns(series.Labels))
                    {
                        _part.Remove(deletion.FromMilliseconds, deletion.UntilMilliseconds);
                    }
                }
                AddPart();
            }
            _part.Clear();
            series.InMemory.Read(_part, _after, _until);
            AddPart();
        }
        else if (!_newestOnly || !series.InMemory.TryReadNewest(_samples, _after, _until))
        {
            series.InMemory.Read(_samples, _after, _until);
        }
    }

    private void AddPart()
    {
        if (_samples.Count == 0)
        {
            (_samples, _part) = (_part, _samples);
        }
        else if (_part.Count > 0)
        {
            _merged.Merge(_samples, _part);
            (_samples, _merged) = (_merged, _samples);
        }
    }
}
