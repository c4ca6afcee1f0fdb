using System.Collections.Concurrent;
using Observability.Telemetry;

namespace Observability.MetricStore.Head;

/// <summary>
/// The newest samples, in memory, packed as they will lie in blocks. It keeps nothing on disk itself: its owner replays a journal into it and stores its
/// <see cref="Capture"/>. Appends are taken one at a time; reads run beside them and see each sample at once or not at all.
/// </summary>
internal sealed class MetricHead : IDisposable
{
    private readonly Lock _writing = new();
    private readonly MetricStoreOptions _options;
    private readonly SeriesCache _cache;
    private readonly ConcurrentDictionary<string, MetricKind> _kinds = new(StringComparer.Ordinal);
    private SeriesIndex _index = new();
    private MemorySeries?[] _seriesOfFrame = [];
    private bool[] _isIncrement = [];
    private long _appends;
    private int _seriesCount;
    private long _sampleCount;

    // Ended series that a new index would leave out, and when a series that has no sample in memory counts as ended.
    private int _endedCount;
    private long _endedBefore = long.MinValue;

    public MetricHead(MetricStoreOptions options)
    {
        _options = options;
        _cache = new SeriesCache(options.MaximumSeries);
    }

    /// <summary>Series with samples in memory.</summary>
    public int SeriesCount => Volatile.Read(ref _seriesCount);

    public long SampleCount => Volatile.Read(ref _sampleCount);

    public IReadOnlyDictionary<string, MetricKind> Kinds => _kinds;

    /// <summary>Samples before it are on disk already: while a journal is replayed they are passed over.</summary>
    public long FloorMilliseconds { get; set; } = long.MinValue;

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
                if (_seriesOfFrame[samples.Series] is not { } series)
                {
                    batch.RefuseSampleOf(samples.Series);
                }
                else if (_isIncrement[samples.Series])
                {
                    AppendIncrement(series, samples.TimestampMilliseconds, samples.Value, batch);
                }
                else
                {
                    Append(series, samples.TimestampMilliseconds, samples.Value, batch);
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
                    batch.Refuse(refusal, labels);
                }
            }
            return batch.Report();
        }
    }

    /// <summary>Series that satisfy every matcher and have samples here, with what they hold now.</summary>
    public List<(LabelSet Labels, HeldChunks Chunks)> Find(IReadOnlyList<LabelMatcher> matchers)
    {
        var series = Volatile.Read(ref _index).Find(matchers);
        var found = new List<(LabelSet, HeldChunks)>(series.Count);
        foreach (var one in series)
        {
            if (one.Hold() is { IsEmpty: false } held)
            {
                found.Add((one.Labels, held));
            }
        }
        return found;
    }

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
            return dropped;
        }
    }

    /// <summary>What is in it now, cheaply: chunks are shared, not copied. May be written out while appends go on.</summary>
    public HeadImage Capture()
    {
        lock (_writing)
        {
            var series = new List<SeriesImage>(_index.Count);
            foreach (var one in _index.All)
            {
                series.Add(SeriesImage.Of(one));
            }
            return new HeadImage(series, _kinds.ToArray());
        }
    }

    /// <summary>Series with a sample before <paramref name="cut"/>, as they are now.</summary>
    public List<SeriesImage> CaptureBefore(long cut)
    {
        lock (_writing)
        {
            var series = new List<SeriesImage>();
            foreach (var one in _index.All)
            {
                if (!one.IsEmpty && one.Chunks[0].First < cut)
                {
                    series.Add(SeriesImage.Of(one));
                }
            }
            return series;
        }
    }

    /// <summary>Forgets what <see cref="CaptureBefore"/> gave and a block now holds.</summary>
    public void DropStored(IReadOnlyList<SeriesImage> stored, long cut)
    {
        lock (_writing)
        {
            foreach (var image in stored)
            {
                // The index may have been made anew since; the series of then is no longer the one that grows.
                if (_index.Find(image.Labels) is { IsEmpty: false } series)
                {
                    _sampleCount -= series.DropStored(image.Held, cut);
                    _seriesCount -= series.IsEmpty ? 1 : 0;
                }
            }
            CountEnded(cut - (long)_options.OutOfOrderWindow.TotalMilliseconds);
        }
    }

    /// <summary>Removes the samples in [from, until] of the series that satisfy every matcher; returns how many.</summary>
    public long Delete(IReadOnlyList<LabelMatcher> matchers, long from, long until)
    {
        lock (_writing)
        {
            long deleted = 0;
            foreach (var series in _index.Find(matchers))
            {
                if (series.HasSample(from - 1, until))
                {
                    deleted += series.Delete(from, until);
                    _seriesCount -= series.IsEmpty ? 1 : 0;
                }
            }
            _sampleCount -= deleted;
            return deleted;
        }
    }

    /// <summary>Fills an empty head from what <see cref="HeadImage.WriteTo"/> wrote.</summary>
    /// <exception cref="InvalidDataException">Not that, or of another version.</exception>
    public void Restore(Stream source)
    {
        lock (_writing)
        {
            HeadImage.ReadInto(source, _kinds, (labels, chunks, newest, running) =>
            {
                _index.Add(labels).Restore(chunks, newest, running);
                _seriesCount += chunks.Length > 0 ? 1 : 0;
                _sampleCount += chunks.Sum(chunk => chunk.Count);
            });
        }
    }

    /// <summary>After <see cref="Restore"/>: forgets what the image still held and a block had already taken.</summary>
    public void DropRestoredBefore(long cut) => DropStored(CaptureBefore(cut), cut);

    public void Dispose() => _index.Dispose();

    /// <summary>Ended series count against the limit until they are swept; here, between two appends, nobody holds a series that would be left behind.</summary>
    private AppendBatch BeginBatch(long nowMilliseconds)
    {
        if (_endedCount > Math.Max(1024, _index.Count / 8) || (_index.Count >= _options.MaximumSeries && _endedCount > _index.Count / 8))
        {
            RebuildIndex();
        }
        return new AppendBatch(++_appends, nowMilliseconds, _options);
    }

    private void ResolveSeries(TelemetryFrame frame, AppendBatch batch)
    {
        if (_seriesOfFrame.Length < frame.SeriesCount)
        {
            _seriesOfFrame = new MemorySeries?[frame.SeriesCount];
            _isIncrement = new bool[frame.SeriesCount];
        }
        (MetricKind Kind, LabelSet Labels)[]? decoded = null;
        var rows = frame.ReadSeriesRows();
        while (rows.MoveNext())
        {
            var keyLength = _cache.ReadKey(frame, ref rows);
            _isIncrement[rows.Series] = rows.Kind is MetricKind.DeltaCounter or MetricKind.DeltaHistogram;
            if (_cache.TryGet(out var series))
            {
                _seriesOfFrame[rows.Series] = series;
                continue;
            }
            decoded ??= frame.ReadSeries();
            var (kind, labels) = decoded[rows.Series];
            series = keyLength > SeriesLabelLimits.MaximumBytes ? null : FindOrAdd(labels, kind, out _);
            _seriesOfFrame[rows.Series] = series;
            if (series is not null)
            {
                _cache.Remember(series);
            }
            else
            {
                batch.RefuseSeries(rows.Series, SeriesLimits.Check(labels) ?? SampleRefusal.SeriesLimit, labels);
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
        var name = labels[LabelSet.MetricName];
        if (kind == MetricKind.Unknown)
        {
            // Remote write says nothing about kinds; what another sender said of the name stands.
            _kinds.TryAdd(name, kind);
        }
        else
        {
            _kinds[name] = kind switch
            {
                MetricKind.DeltaCounter => MetricKind.Counter,
                MetricKind.DeltaHistogram => MetricKind.Histogram,
                _ => kind,
            };
        }
        return _index.Add(labels);
    }

    private void Append(MemorySeries series, long timestamp, double value, AppendBatch batch)
    {
        if (timestamp > batch.LatestMilliseconds)
        {
            batch.Refuse(SampleRefusal.TooFarAhead, series.Labels);
            return;
        }
        if (timestamp < batch.EarliestMilliseconds)
        {
            batch.Refuse(SampleRefusal.BeyondRetention, series.Labels);
            return;
        }
        if (series.Newest != long.MinValue && timestamp < series.Newest - batch.OutOfOrderWindowMilliseconds)
        {
            batch.RefuseLate(new MetricSample(series.Labels, timestamp, value));
            return;
        }
        if (timestamp < FloorMilliseconds)
        {
            series.Pass(timestamp);
            return;
        }
        _seriesCount += series.IsEmpty ? 1 : 0;
        _sampleCount += series.Append(timestamp, value);
        batch.Appended(series);
    }

    /// <summary>Adds the increment to the series' sum. One that comes late would change sums that were read already, so it is refused.</summary>
    private void AppendIncrement(MemorySeries series, long timestamp, double increment, AppendBatch batch)
    {
        if (timestamp <= series.Newest)
        {
            batch.Refuse(SampleRefusal.IncrementOutOfOrder, series.Labels);
            return;
        }
        if (StalenessMarker.IsStale(increment))
        {
            Append(series, timestamp, increment, batch);
            return;
        }
        if (timestamp <= batch.LatestMilliseconds && timestamp >= batch.EarliestMilliseconds)
        {
            series.Running += increment;
        }
        Append(series, timestamp, series.Running, batch);
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
        if (dropped > 0)
        {
            CountEnded(cut);
        }
        return dropped;
    }

    private void CountEnded(long before)
    {
        _endedBefore = Math.Max(_endedBefore, before);
        _endedCount = 0;
        foreach (var series in _index.All)
        {
            _endedCount += IsEnded(series) ? 1 : 0;
        }
    }

    /// <summary>Nothing of it in memory, and silent for so long that no late sample needs its newest stamp any more.</summary>
    private bool IsEnded(MemorySeries series) => series.IsEmpty && series.Newest <= _endedBefore;

    /// <summary>Readers that hold the old index finish on it; its series objects are not touched.</summary>
    private void RebuildIndex()
    {
        var next = new SeriesIndex();
        foreach (var series in _index.All)
        {
            if (!IsEnded(series))
            {
                next.Adopt(series);
            }
        }
        _cache.Clear();
        _endedCount = 0;
        Volatile.Write(ref _index, next);
    }
}
