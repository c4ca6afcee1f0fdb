namespace Observability.Query.PromQL;

/// <param name="UpperBound">The label <c>le</c>.</param>
/// <param name="Count">Observations up to the bound: cumulative.</param>
internal record struct Bucket(double UpperBound, double Count);

/// <summary>
/// Quantiles and fractions of a classic histogram, by linear interpolation within a bucket. The first bucket starts at 0 when its bound is positive; nothing is
/// interpolated in a bucket without end.
/// </summary>
internal static class ClassicHistogram
{
    /// <summary>Relative difference between neighbouring counts that is taken for rounding and not for a broken histogram.</summary>
    private const double SmallDelta = 1e-12;

    /// <summary>Sorts, joins equal bounds and makes the counts rise.</summary>
    /// <param name="buckets">Changed in place.</param>
    /// <param name="wasFixed">Counts fell by more than rounding explains.</param>
    /// <returns>False without a bucket that ends at +Inf.</returns>
    public static bool TryPrepare(List<Bucket> buckets, out bool wasFixed)
    {
        wasFixed = false;
        buckets.Sort(static (left, right) => left.UpperBound.CompareTo(right.UpperBound));
        if (buckets.Count == 0 || !double.IsPositiveInfinity(buckets[^1].UpperBound))
        {
            return false;
        }
        JoinEqualBounds(buckets);
        for (var i = 1; i < buckets.Count; i++)
        {
            var (previous, current) = (buckets[i - 1].Count, buckets[i].Count);
            var isRounding = AlmostEqual(previous, current);
            if (isRounding || current < previous)
            {
                buckets[i] = buckets[i] with { Count = previous };
                wasFixed |= !isRounding;
            }
        }
        return true;
    }

    /// <param name="quantile">0 to 1.</param>
    /// <param name="buckets">Prepared.</param>
    public static double Quantile(double quantile, List<Bucket> buckets)
    {
        if (buckets.Count < 2 || buckets[^1].Count == 0 || double.IsNaN(quantile) || double.IsNaN(buckets[^1].Count))
        {
            return double.NaN;
        }
        if (quantile is < 0 or > 1)
        {
            return quantile < 0 ? double.NegativeInfinity : double.PositiveInfinity;
        }
        var rank = quantile * buckets[^1].Count;
        var index = 0;
        while (index < buckets.Count - 1 && buckets[index].Count < rank)
        {
            index++;
        }
        if (index == buckets.Count - 1)
        {
            return buckets[^2].UpperBound;
        }
        if (index == 0 && buckets[0].UpperBound <= 0)
        {
            return buckets[0].UpperBound;
        }
        var start = index == 0 ? 0 : buckets[index - 1].UpperBound;
        var below = index == 0 ? 0 : buckets[index - 1].Count;
        return start + ((buckets[index].UpperBound - start) * ((rank - below) / (buckets[index].Count - below)));
    }

    /// <param name="lower">Start of the range of values.</param>
    /// <param name="upper">Its end.</param>
    /// <param name="buckets">Prepared.</param>
    /// <returns>The share of observations between the two.</returns>
    public static double Fraction(double lower, double upper, List<Bucket> buckets)
    {
        var total = buckets[^1].Count;
        if (total == 0 || double.IsNaN(total) || double.IsNaN(lower) || double.IsNaN(upper))
        {
            return double.NaN;
        }
        return lower >= upper ? 0 : Math.Max(0, RankOf(upper, buckets, isUpper: true) - RankOf(lower, buckets, isUpper: false)) / total;
    }

    private static double RankOf(double value, List<Bucket> buckets, bool isUpper)
    {
        if (double.IsInfinity(value))
        {
            return value > 0 ? buckets[^1].Count : 0;
        }
        var index = buckets.FindIndex(bucket => value <= bucket.UpperBound);
        var bucket = buckets[index];
        var below = index == 0 ? 0 : buckets[index - 1].Count;
        if (value == bucket.UpperBound)
        {
            return bucket.Count;
        }
        var start = index > 0 ? buckets[index - 1].UpperBound : bucket.UpperBound > 0 ? 0 : double.NegativeInfinity;
        if (double.IsInfinity(bucket.UpperBound))
        {
            return below;
        }
        if (double.IsInfinity(start))
        {
            return isUpper ? below : bucket.Count;
        }
        return value <= start ? below : below + ((bucket.Count - below) * ((value - start) / (bucket.UpperBound - start)));
    }

    private static void JoinEqualBounds(List<Bucket> buckets)
    {
        var kept = 0;
        for (var i = 1; i < buckets.Count; i++)
        {
            if (buckets[i].UpperBound == buckets[kept].UpperBound)
            {
                buckets[kept] = buckets[kept] with { Count = buckets[kept].Count + buckets[i].Count };
            }
            else
            {
                buckets[++kept] = buckets[i];
            }
        }
        buckets.RemoveRange(kept + 1, buckets.Count - kept - 1);
    }

    private static bool AlmostEqual(double left, double right) =>
        left == right || Math.Abs(left - right) / Math.Min(Math.Abs(left) + Math.Abs(right), double.MaxValue) < SmallDelta;
}
