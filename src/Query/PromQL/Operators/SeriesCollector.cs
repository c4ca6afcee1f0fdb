using System.Runtime.InteropServices;
using Observability.Query.Values;
using Observability.Telemetry;

namespace Observability.Query.PromQL;

/// <summary>Turns the vectors of successive times into series: the answer of a range query, the input of a subquery's function.</summary>
internal sealed class SeriesCollector(EvaluationContext context, bool removesNames)
{
    private readonly Dictionary<LabelSet, CollectedSeries> _byLabels = [];
    private readonly List<CollectedSeries> _series = [];
    private readonly List<CollectedSeries> _atPosition = [];

    public IReadOnlyList<CollectedSeries> Series => _series;

    /// <exception cref="QueryException">Two samples of the vector have the same labels.</exception>
    public void Append(long timeMilliseconds, ReadOnlySpan<VectorSample> vector)
    {
        context.Use(vector.Length);
        for (var i = 0; i < vector.Length; i++)
        {
            ref readonly var sample = ref vector[i];
            var series = SeriesOf(sample, i);
            if (series.Count > 0 && series.LastTime == timeMilliseconds)
            {
                throw FinalLabels.Duplicate();
            }
            series.DropsName |= sample.DropsName;
            series.Add(timeMilliseconds, sample.Value);
        }
    }

    public RangeMatrix ToMatrix()
    {
        var result = new List<SeriesSamples>(_series.Count);
        foreach (var series in _series)
        {
            result.Add(new SeriesSamples(series.Labels, series.Times.ToArray(), series.Values.ToArray()));
        }
        result.Sort(static (left, right) => LabelOrder.Compare(left.Labels, right.Labels));
        return new RangeMatrix(result);
    }

    // Vectors of neighbouring times mostly hold the same label sets, the same objects even, at the same places.
    private CollectedSeries SeriesOf(in VectorSample sample, int position)
    {
        if (position < _atPosition.Count && ReferenceEquals(_atPosition[position].Source, sample.Labels) && _atPosition[position].SourceDropsName == sample.DropsName)
        {
            return _atPosition[position];
        }
        var labels = removesNames ? FinalLabels.Of(sample) : sample.Labels;
        ref var series = ref CollectionsMarshal.GetValueRefOrAddDefault(_byLabels, labels, out _);
        if (series is null)
        {
            series = new CollectedSeries(labels);
            _series.Add(series);
        }
        series.Source = sample.Labels;
        series.SourceDropsName = sample.DropsName;
        while (_atPosition.Count <= position)
        {
            _atPosition.Add(series);
        }
        _atPosition[position] = series;
        return series;
    }
}

/// <summary>A growing series.</summary>
internal sealed class CollectedSeries(LabelSet labels)
{
    private long[] _times = [];
    private double[] _values = [];

    public LabelSet Labels { get; } = labels;

    public int Count { get; private set; }

    public bool DropsName { get; set; }

    /// <summary>The label set that last led here; it may still hold the name that <see cref="Labels"/> lost.</summary>
    public LabelSet Source { get; set; } = labels;

    public bool SourceDropsName { get; set; }

    public long LastTime => _times[Count - 1];

    public ReadOnlySpan<long> Times => _times.AsSpan(0, Count);

    public ReadOnlySpan<double> Values => _values.AsSpan(0, Count);

    public void Add(long timeMilliseconds, double value)
    {
        if (Count == _times.Length)
        {
            var capacity = Math.Max(8, Count * 2);
            Array.Resize(ref _times, capacity);
            Array.Resize(ref _values, capacity);
        }
        _times[Count] = timeMilliseconds;
        _values[Count++] = value;
    }
}
