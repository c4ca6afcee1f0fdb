using Observability.Query.Values;

namespace Observability.Query.PromQL;

/// <summary><c>sort</c> and <c>sort_desc</c>: NaN comes last in both; labels decide between equal values.</summary>
internal sealed class SortedByValue(VectorOperator inner, bool descending) : VectorOperator
{
    public override void Evaluate(long timeMilliseconds, VectorBuffer output)
    {
        inner.Evaluate(timeMilliseconds, output);
        output.Writable.Sort(Compare);
    }

    private int Compare(VectorSample left, VectorSample right)
    {
        var order = ValueOrder.Compare(left.Value, right.Value, descending);
        return order != 0 ? order : LabelOrder.Compare(left.Labels, right.Labels);
    }
}

/// <summary><c>sort_by_label</c> and <c>sort_by_label_desc</c>: numbers in values count as numbers (<c>node2</c> before <c>node10</c>).</summary>
internal sealed class SortedByLabel(VectorOperator inner, string[] labels, bool descending) : VectorOperator
{
    public override void Evaluate(long timeMilliseconds, VectorBuffer output)
    {
        inner.Evaluate(timeMilliseconds, output);
        output.Writable.Sort(Compare);
    }

    private int Compare(VectorSample left, VectorSample right)
    {
        var order = 0;
        for (var i = 0; i < labels.Length && order == 0; i++)
        {
            order = NaturalOrder.Compare(left.Labels[labels[i]], right.Labels[labels[i]]);
        }
        order = order != 0 ? order : LabelOrder.Compare(left.Labels, right.Labels);
        return descending ? -order : order;
    }
}

internal static class ValueOrder
{
    /// <summary>NaN after every number, in both directions.</summary>
    public static int Compare(double left, double right, bool descending)
    {
        if (double.IsNaN(left) || double.IsNaN(right))
        {
            return double.IsNaN(left).CompareTo(double.IsNaN(right));
        }
        return descending ? right.CompareTo(left) : left.CompareTo(right);
    }
}

internal static class NaturalOrder
{
    public static int Compare(string left, string right)
    {
        var (i, j) = (0, 0);
        while (i < left.Length && j < right.Length)
        {
            var leftDigits = DigitsAt(left, i);
            var rightDigits = DigitsAt(right, j);
            var order = leftDigits.Length > 0 && rightDigits.Length > 0 ? CompareNumbers(leftDigits, rightDigits) : left[i].CompareTo(right[j]);
            if (order != 0)
            {
                return order;
            }
            i += Math.Max(1, leftDigits.Length);
            j += Math.Max(1, rightDigits.Length);
        }
        return (left.Length - i).CompareTo(right.Length - j);
    }

    private static ReadOnlySpan<char> DigitsAt(string text, int start)
    {
        var end = start;
        while (end < text.Length && char.IsAsciiDigit(text[end]))
        {
            end++;
        }
        return text.AsSpan(start, end - start);
    }

    private static int CompareNumbers(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        var leftTrimmed = left.TrimStart('0');
        var rightTrimmed = right.TrimStart('0');
        return leftTrimmed.Length != rightTrimmed.Length
            ? leftTrimmed.Length - rightTrimmed.Length
            : leftTrimmed.SequenceCompareTo(rightTrimmed);
    }
}
