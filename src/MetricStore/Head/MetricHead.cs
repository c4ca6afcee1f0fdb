using System.Collections.Concurrent;
using Observability.Telemetry;

namespace Observability.MetricStore.Head;

/// <summary>
/// The newest samples, in memory. It keeps nothing on disk itself: its owner replays a journal into it and stores its <see cref="Capture"/>.
/// Appends are taken one at a time; reads run beside them and see each sample at once or not at all.
/// </summary>
public sealed class MetricHead : IMetricStore, IDisposable
{
    private readonly Lock _writing = new();
    private readonly MetricStoreOptions _options;
    private readonly SeriesCache _cache;
    private readonly ConcurrentDictionary<string, MetricKind> _kinds = new(StringComparer.Ordinal);
    private SeriesIndex _index = new();
    private MemorySeries?[] _seriesOfFrame = [];
    private long _appends;
    private int _seriesCount;
    private long _sampleCount;

    public MetricHead(MetricStoreOptions options)
    {
        _options = options;
        _cache = new SeriesCache(options.MaximumSeries);
    }

    public int SeriesCount => Volatile.Read(ref _seriesCount);

    public long SampleCount => Volatile.Read(ref _sampleCount);

    /// <summary>Keeps the samples of a frame.</summary>
    /// <param name="frame">Log rows and run events in it are not looked at.</param>
    /// <param name="nowMilliseconds">The engine's clock when it took the frame in.</param>
    /// <exception cref="FrameFormatException">The frame is damaged; samples before the damage are kept.</exception>
    public AppendReport Append(TelemetryFrame frame, long nowMilliseconds)
    {
        lock (_writing)
        {
            var batch = BeginBatch(nowMilliseconds);
            ResolveSeries(frame, batch);
            var samples = frame.ReadSamples();
            while (samples.MoveNext())
            {
                if (_seriesOfFrame[samples.Series] is { } series)
                {
                    Append(series, samples.TimestampMilliseconds, samples.Value, batch);
                }
                else
                {
                    batch.Refused().Add(batch.RefusalOf(samples.Series), 1, static () => "");
                }
            }
            return batch.Report();
        }
    }

    /// <summary>Keeps a few samples that the engine made itself.</summary>
    public AppendReport Append(IReadOnlyList<MetricSample> samples, MetricKind kind, long nowMilliseconds)
    {
        lock (_writing)
        {
            var batch = BeginBatch(nowMilliseconds);
            foreach (var (labels, timestamp, value) in samples)
            {
                if (FindOrAdd(labels, kind, out var refusal) is { } series)
                {
                    Append(series, timestamp, value, batch);
                }
                else
                {
                    batch.Refused().Add(refusal, 1, () => Describe(refusal, labels));
                }
            }
            return batch.Report();
        }
    }

    public IReadOnlyList<SeriesSamples> Select(IReadOnlyList<LabelMatcher> matchers, long afterMilliseconds, long untilMilliseconds)
    {
        var candidates = Volatile.Read(ref _index).Find(matchers);
        var found = new List<SeriesSamples>(candidates.Count);
        foreach (var series in candidates)
        {
            if (series.Select(afterMilliseconds, untilMilliseconds) is { } samples)
            {
                found.Add(samples);
            }
        }
        return found;
    }

    public IReadOnlyList<LabelSet> Series(IReadOnlyList<LabelMatcher> matchers, long fromMilliseconds, long untilMilliseconds)
    {
        var found = new List<LabelSet>();
        foreach (var series in Volatile.Read(ref _index).Find(matchers))
        {
            if (series.HasSample(fromMilliseconds - 1, untilMilliseconds))
            {
                found.Add(series.Labels);
            }
        }
        return found;
    }

    public IReadOnlyList<string> LabelNames(IReadOnlyList<LabelMatcher> matchers, long fromMilliseconds, long untilMilliseconds)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var labels in Series(matchers, fromMilliseconds, untilMilliseconds))
        {
            foreach (var (name, _) in labels.AsSpan())
            {
                names.Add(name);
            }
        }
        return [.. names];
    }

    public IReadOnlyList<string> LabelValues(string name, IReadOnlyList<LabelMatcher> matchers, long fromMilliseconds, long untilMilliseconds)
    {
        var values = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var labels in Series(matchers, fromMilliseconds, untilMilliseconds))
        {
            if (labels[name] is { Length: > 0 } value)
            {
                values.Add(value);
            }
        }
        return [.. values];
    }

    public IReadOnlyDictionary<string, MetricKind> Metadata() => _kinds;

    /// <summary>
    /// Drops chunks that lie wholly before the retention, and the oldest hours while there are more samples than allowed. Returns the samples dropped.
    /// Its result depends only on what was appended and on <paramref name="nowMilliseconds"/>, so that a replay ends in the same state.
    /// </summary>
    public long Retire(long nowMilliseconds)
    {
        lock (_writing)
        {
            var cut = nowMilliseconds - (long)_options.Retention.TotalMilliseconds;
            var dropped = DropUntil(cut);
            // An hour is the step: retention in hours bounds the loop.
            for (; SampleCount > _options.MaximumSamples && cut < nowMilliseconds; cut += 3_600_000)
            {
                dropped += DropUntil(cut);
            }
            if (_index.Count - SeriesCount > Math.Max(1024, _index.Count / 8))
            {
                RebuildIndex();
            }
            return dropped;
        }
    }

    /// <summary>What is in it now, cheaply: chunks are shared, not copied. May be written out while appends go on.</summary>
    public HeadImage Capture()
    {
        lock (_writing)
        {
            var series = new List<SeriesImage>(SeriesCount);
            foreach (var one in _index.All)
            {
                if (!one.IsEmpty)
                {
                    series.Add(new SeriesImage(one.Labels, one.Chunks, one.Chunks[^1].Count));
                }
            }
            return new HeadImage(series, _kinds.ToArray());
        }
    }

    /// <summary>Fills an empty head from what <see cref="HeadImage.WriteTo"/> wrote.</summary>
    /// <exception cref="InvalidDataException">Not that, or of another version.</exception>
    public void Restore(Stream source)
    {
        lock (_writing)
        {
            HeadImage.ReadInto(source, _kinds, (labels, timestamps, values) =>
            {
                var series = _index.Add(labels);
                for (var i = 0; i < timestamps.Length; i++)
                {
                    series.Append(timestamps[i], values[i]);
                }
                _seriesCount++;
                _sampleCount += timestamps.Length;
            });
        }
    }

    public void Dispose() => _index.Dispose();

    /// <summary>Ended series count against the limit until they are swept; here, between two appends, nobody holds a series that would be left behind.</summary>
    private Batch BeginBatch(long nowMilliseconds)
    {
        if (_index.Count >= _options.MaximumSeries && SeriesCount < _index.Count - (_index.Count / 8))
        {
            RebuildIndex();
        }
        return new Batch(++_appends, nowMilliseconds + (long)_options.AheadWindow.TotalMilliseconds);
    }

    private void ResolveSeries(TelemetryFrame frame, Batch batch)
    {
        if (_seriesOfFrame.Length < frame.SeriesCount)
        {
            _seriesOfFrame = new MemorySeries?[frame.SeriesCount];
        }
        (MetricKind Kind, LabelSet Labels)[]? decoded = null;
        var rows = frame.ReadSeriesRows();
        while (rows.MoveNext())
        {
            var keyLength = _cache.ReadKey(frame, ref rows);
            if (_cache.TryGet(out var series))
            {
                _seriesOfFrame[rows.Series] = series;
                continue;
            }
            decoded ??= frame.ReadSeries();
            var (kind, labels) = decoded[rows.Series];
            series = keyLength > SeriesLimits.MaximumLabelBytes ? null : FindOrAdd(labels, kind, out _);
            _seriesOfFrame[rows.Series] = series;
            if (series is not null)
            {
                _cache.Remember(series);
            }
            else
            {
                var refusal = SeriesLimits.Check(labels) ?? SampleRefusal.SeriesLimit;
                batch.RefuseSeries(rows.Series, refusal, () => Describe(refusal, labels));
            }
        }
    }

    private MemorySeries? FindOrAdd(LabelSet labels, MetricKind kind, out SampleRefusal refusal)
    {
        refusal = SampleRefusal.SeriesLimit;
        if (_index.Find(labels) is { } known)
        {
            return known;
        }
        if (SeriesLimits.Check(labels) is { } unfit)
        {
            refusal = unfit;
            return null;
        }
        if (_index.Count >= _options.MaximumSeries)
        {
            return null;
        }
        _kinds[labels[LabelSet.MetricName]] = kind;
        return _index.Add(labels);
    }

    private void Append(MemorySeries series, long timestamp, double value, Batch batch)
    {
        if (timestamp > batch.LatestMilliseconds)
        {
            batch.Refused().Add(SampleRefusal.TooFarAhead, 1, () => Describe(SampleRefusal.TooFarAhead, series.Labels));
            return;
        }
        if (series.IsEmpty)
        {
            _seriesCount++;
        }
        else if (timestamp < series.Newest - (long)_options.OutOfOrderWindow.TotalMilliseconds)
        {
            batch.Refused().Add(SampleRefusal.TooOld, 1, () => Describe(SampleRefusal.TooOld, series.Labels));
            return;
        }
        _sampleCount += series.Append(timestamp, value);
        batch.Appended(series);
    }

    private long DropUntil(long cut)
    {
        long dropped = 0;
        foreach (var series in _index.All)
        {
            if (!series.IsEmpty)
            {
                dropped += series.DropUntil(cut);
                _seriesCount -= series.IsEmpty ? 1 : 0;
            }
        }
        _sampleCount -= dropped;
        return dropped;
    }

    /// <summary>Readers that hold the old index finish on it; its series objects are not touched.</summary>
    private void RebuildIndex()
    {
        var next = new SeriesIndex();
        foreach (var series in _index.All)
        {
            if (!series.IsEmpty)
            {
                next.Adopt(series);
            }
        }
        _cache.Clear();
        Volatile.Write(ref _index, next);
    }

    private string Describe(SampleRefusal refusal, LabelSet labels) => refusal switch
    {
        SampleRefusal.TooOld => $"{labels}: older than the newest sample of its series by more than {_options.OutOfOrderWindow}; send samples in time order",
        SampleRefusal.TooFarAhead => $"{labels}: the stamp is more than {_options.AheadWindow} ahead of this machine's clock; check the sender's clock and that it sends milliseconds",
        SampleRefusal.SeriesLimit => $"{labels}: {_options.MaximumSeries} series are held, no new one is taken; remove a label with unbounded values, or raise the limit of series",
        SampleRefusal.LabelLimit => $"{labels[LabelSet.MetricName]}: at most {SeriesLimits.MaximumLabels} labels of {SeriesLimits.MaximumLabelBytes} bytes in all are taken",
        _ => $"{labels}: a series needs the label {LabelSet.MetricName}",
    };

    /// <summary>What one append collects.</summary>
    private sealed class Batch(long number, long latestMilliseconds)
    {
        private readonly List<LabelSet> _changed = [];
        private Dictionary<int, SampleRefusal>? _refusedSeries;
        private SampleRefusals? _refused;
        private int _appended;

        public long LatestMilliseconds { get; } = latestMilliseconds;

        public SampleRefusals Refused() => _refused ??= new SampleRefusals();

        public void RefuseSeries(int position, SampleRefusal refusal, Func<string> describe)
        {
            (_refusedSeries ??= []).Add(position, refusal);
            Refused().Add(refusal, 0, describe);
        }

        public SampleRefusal RefusalOf(int position) => _refusedSeries![position];

        public void Appended(MemorySeries series)
        {
            _appended++;
            if (series.ChangedBy != number)
            {
                series.ChangedBy = number;
                _changed.Add(series.Labels);
            }
        }

        public AppendReport Report() => new(_appended, _changed, _refused ?? SampleRefusals.None);
    }
}
