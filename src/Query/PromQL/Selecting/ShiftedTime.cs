namespace Observability.Query.PromQL;

/// <summary>First and last time at which an operator will be evaluated, Unix milliseconds, and how far the times between them are apart.</summary>
internal readonly record struct TimeBounds(long FirstMilliseconds, long LastMilliseconds, long StepMilliseconds)
{
    public bool Repeats => FirstMilliseconds != LastMilliseconds;

    public int Count => StepMilliseconds == 0 ? 1 : (int)((LastMilliseconds - FirstMilliseconds) / StepMilliseconds) + 1;
}

/// <summary>Turns the time of evaluation into the time that a selector with <c>offset</c> and <c>@</c> looks at.</summary>
internal readonly struct ShiftedTime
{
    private readonly long? _fixed;
    private readonly long _offset;

    public ShiftedTime(TimeShift shift, EvaluationRange range)
    {
        _offset = shift.OffsetMilliseconds;
        _fixed = shift.Anchor switch
        {
            TimeAnchor.Fixed => shift.AtMilliseconds,
            TimeAnchor.Start => range.StartMilliseconds,
            TimeAnchor.End => range.EndMilliseconds,
            _ => null,
        };
    }

    public long Apply(long timeMilliseconds) => (_fixed ?? timeMilliseconds) - _offset;

    public TimeBounds Apply(TimeBounds bounds) => bounds with { FirstMilliseconds = Apply(bounds.FirstMilliseconds), LastMilliseconds = Apply(bounds.LastMilliseconds) };
}

/// <summary>Finds a place among ascending times, starting where the last search ended.</summary>
internal static class Cursor
{
    /// <summary>How far to walk before searching by halves: neighbouring steps are a few samples apart, the first one is far.</summary>
    private const int StepsWalked = 8;

    /// <returns>The number of times that are not after <paramref name="until"/>.</returns>
    public static int Advance(ReadOnlySpan<long> times, int from, long until)
    {
        var limit = Math.Min(times.Length, from + StepsWalked);
        while (from < limit && times[from] <= until)
        {
            from++;
        }
        if (from < limit || from == times.Length)
        {
            return from;
        }
        var (low, high) = (from, times.Length);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (times[middle] <= until)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }
        return low;
    }
}
