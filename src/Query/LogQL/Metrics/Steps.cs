using Observability.Query.LogQL.Units;
using Observability.Query.Values;

namespace Observability.Query.LogQL.Metrics;

/// <summary>The times at which a metric query has values.</summary>
internal readonly record struct StepTimes(long StartNanoseconds, long EndNanoseconds, long StepNanoseconds)
{
    private const long NanosecondsPerMillisecond = 1_000_000;

    public int Count => (int)(((EndNanoseconds - StartNanoseconds) / StepNanoseconds) + 1);

    public long LastNanoseconds => At(Count - 1);

    public long At(int step) => StartNanoseconds + (step * StepNanoseconds);

    public long MillisecondsAt(int step) => At(step) / NanosecondsPerMillisecond;

    /// <summary>True when some step's window (time − offset − range, time − offset] holds the record.</summary>
    public bool Uses(long recordNanoseconds, long rangeNanoseconds, long offsetNanoseconds)
    {
        var time = recordNanoseconds + offsetNanoseconds;
        var step = time <= StartNanoseconds ? 0 : ((time - StartNanoseconds - 1) / StepNanoseconds) + 1;
        return step < Count && At((int)step) - rangeNanoseconds < time;
    }

    /// <exception cref="QueryException">No step, more of them than a series may have points, or a time that cannot be calculated with.</exception>
    public static StepTimes OrThrow(long startNanoseconds, long endNanoseconds, long stepNanoseconds)
    {
        if (stepNanoseconds <= 0)
        {
            throw new QueryException(QueryFault.Execution, "the step must be longer than zero");
        }
        if (Int128.Max(Int128.Abs(startNanoseconds), Int128.Abs(endNanoseconds)) > LogQLLimits.MaximumTimeNanoseconds)
        {
            throw new QueryException(QueryFault.Execution, "the time lies beyond the year 2116");
        }
        if (endNanoseconds < startNanoseconds)
        {
            throw new QueryException(QueryFault.Execution, "the end lies before the start");
        }
        var points = (((Int128)endNanoseconds - startNanoseconds) / stepNanoseconds) + 1;
        if (points > LogQLLimits.MaximumPointsPerSeries)
        {
            throw new QueryException(
                QueryFault.Limit,
                $"a step of {QueryDuration.Format(stepNanoseconds)} gives {points} points; at most {LogQLLimits.MaximumPointsPerSeries} are allowed: take a longer step");
        }
        return new StepTimes(startNanoseconds, endNanoseconds, stepNanoseconds);
    }
}

/// <summary>What an expression is worth at one step: a number, or samples with different labels each.</summary>
internal readonly struct StepValue
{
    private static readonly List<VectorSample> None = [];

    private readonly List<VectorSample>? _samples;

    public StepValue(double scalar) => Scalar = scalar;

    public StepValue(List<VectorSample> samples) => _samples = samples;

    public double? Scalar { get; }

    /// <summary>Empty for a scalar.</summary>
    public List<VectorSample> Samples => _samples ?? None;
}
