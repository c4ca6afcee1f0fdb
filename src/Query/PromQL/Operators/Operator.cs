using Observability.Query.Values;
using Observability.Telemetry;

namespace Observability.Query.PromQL;

/// <summary>
/// A node of a query made ready to run. Operators pull from the ones below, step by step, with times that never go back,
/// so that selectors walk forward over samples which they selected once, and buffers are reused.
/// </summary>
internal abstract class VectorOperator
{
    /// <summary>Adds the samples of one time to an empty buffer.</summary>
    public abstract void Evaluate(long timeMilliseconds, VectorBuffer output);
}

internal abstract class ScalarOperator
{
    public abstract double Evaluate(long timeMilliseconds);
}

/// <summary>Gives each series' samples of a stretch of time.</summary>
internal abstract class RangeOperator
{
    /// <summary>Series at the present time, those whose window is empty included.</summary>
    public abstract int Count { get; }

    /// <summary>Moves all windows to a time of evaluation.</summary>
    public abstract void MoveTo(long timeMilliseconds);

    public abstract SampleWindow WindowOf(int index);

    public abstract LabelSet LabelsOf(int index);

    public abstract bool DropsNameOf(int index);
}

/// <summary>The samples of one series in (start, end], oldest first, staleness markers left out.</summary>
/// <param name="times">Unix milliseconds.</param>
/// <param name="values">As many.</param>
/// <param name="startMilliseconds">Exclusive.</param>
/// <param name="endMilliseconds">Inclusive.</param>
/// <param name="neverFalls">No value is below the one before, which whoever walks over a series in many windows finds out once.</param>
internal readonly ref struct SampleWindow(ReadOnlySpan<long> times, ReadOnlySpan<double> values, long startMilliseconds, long endMilliseconds, bool neverFalls = false)
{
    public readonly ReadOnlySpan<long> Times = times;
    public readonly ReadOnlySpan<double> Values = values;
    public readonly long StartMilliseconds = startMilliseconds;
    public readonly long EndMilliseconds = endMilliseconds;
    public readonly bool NeverFalls = neverFalls;

    public int Count => Values.Length;
}
