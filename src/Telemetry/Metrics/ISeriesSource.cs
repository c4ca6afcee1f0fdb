namespace Observability.Telemetry;

/// <summary>
/// Where a query language reads samples. Implemented by the metric store; a test implements it over a list.
/// </summary>
public interface ISeriesSource
{
    /// <summary>
    /// Series that satisfy every matcher, each with its samples in (<paramref name="afterMilliseconds"/>, <paramref name="untilMilliseconds"/>],
    /// oldest first. Series without a sample in the range are left out. The result is a snapshot: later writes do not change it.
    /// </summary>
    /// <param name="matchers">All must match; an empty list matches every series.</param>
    /// <param name="afterMilliseconds">Unix time, exclusive: Prometheus 3 ranges are open on the left.</param>
    /// <param name="untilMilliseconds">Unix time, inclusive.</param>
    IReadOnlyList<SeriesSamples> Select(IReadOnlyList<LabelMatcher> matchers, long afterMilliseconds, long untilMilliseconds);

    /// <summary>
    /// The same series one by one, for whoever needs each only once: a store that keeps samples compressed unpacks one series at a time into memory that it
    /// uses again. The order is that of <see cref="Select"/>.
    /// </summary>
    /// <param name="matchers">All must match.</param>
    /// <param name="afterMilliseconds">Exclusive.</param>
    /// <param name="untilMilliseconds">Inclusive.</param>
    /// <param name="newestOnly">Only the newest sample of each is looked at; a source may leave out the others.</param>
    ISeriesCursor Open(IReadOnlyList<LabelMatcher> matchers, long afterMilliseconds, long untilMilliseconds, bool newestOnly = false) =>
        new SelectedSeriesCursor(Select(matchers, afterMilliseconds, untilMilliseconds));
}

/// <summary>Walks over selected series. What it shows is valid until the next <see cref="MoveNext"/>.</summary>
public interface ISeriesCursor : IDisposable
{
    bool MoveNext();

    LabelSet Labels { get; }

    /// <summary>Unix milliseconds, ascending; at least one.</summary>
    ReadOnlySpan<long> Timestamps { get; }

    ReadOnlySpan<double> Values { get; }
}

/// <summary>One series with samples of a time range: two columns of equal length, times ascending.</summary>
/// <param name="Labels">Includes <c>__name__</c>.</param>
/// <param name="Timestamps">Unix milliseconds.</param>
/// <param name="Values">A value whose bits are <see cref="StalenessMarker.Bits"/> says that the series ended there.</param>
public sealed record SeriesSamples(LabelSet Labels, ReadOnlyMemory<long> Timestamps, ReadOnlyMemory<double> Values);

/// <summary>The NaN that marks the end of a series (Prometheus, model/value/value.go): no query sees it as a value.</summary>
public static class StalenessMarker
{
    public const long Bits = 0x7ff0000000000002;

    public static readonly double Value = BitConverter.Int64BitsToDouble(Bits);

    public static bool IsStale(double value) => BitConverter.DoubleToInt64Bits(value) == Bits;
}

/// <summary>A cursor over what was selected already.</summary>
internal sealed class SelectedSeriesCursor(IReadOnlyList<SeriesSamples> series) : ISeriesCursor
{
    private int _position = -1;

    public LabelSet Labels => series[_position].Labels;

    public ReadOnlySpan<long> Timestamps => series[_position].Timestamps.Span;

    public ReadOnlySpan<double> Values => series[_position].Values.Span;

    public bool MoveNext() => ++_position < series.Count;

    public void Dispose()
    {
    }
}
