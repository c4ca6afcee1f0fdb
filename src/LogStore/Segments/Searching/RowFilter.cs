using System.Buffers;
using Observability.LogStore.Segments.Rows;
using Observability.Telemetry;

namespace Observability.LogStore.Segments.Searching;

/// <summary>
/// Finds the rows of one block that satisfy a plan: whole columns at a time, cheapest first, no object per row. A column that cannot decide anything is not
/// read: times of a block that lies within the range, streams of one whose streams are all wanted, lengths of bodies when the text is in none.
/// </summary>
internal static class RowFilter
{
    /// <returns>Positions of the rows, oldest first; rows of one time in the order of receipt.</returns>
    public static int[] Find(RowColumns rows, SearchPlan plan, bool[] acceptedSlots)
    {
        if (!rows.MayHold(plan.RequiredTokens, plan.RequiredGrams))
        {
            return [];
        }
        var found = ArrayPool<int>.Shared.Rent(rows.Count);
        try
        {
            var count = FilterByTimeAndStream(rows, plan.Range, acceptedSlots, found);
            if (plan.TraceId.Length > 0 && count > 0)
            {
                count = FilterByTrace(rows, plan.TraceId, found.AsSpan(0, count));
            }
            for (var i = 0; i < plan.Terms.Count && count > 0; i++)
            {
                count = FilterByTerm(rows, plan.Terms[i], found.AsSpan(0, count));
            }
            var result = found.AsSpan(0, count).ToArray();
            if (!rows.IsSortedByTime)
            {
                SortByTime(rows, result);
            }
            return result;
        }
        finally
        {
            ArrayPool<int>.Shared.Return(found);
        }
    }

    /// <summary>As <see cref="Find(RowColumns, SearchPlan, bool[])"/>, without the rows that some deletion wants gone.</summary>
    public static int[] Find(RowColumns rows, SearchPlan plan, bool[] acceptedSlots, IReadOnlyList<SearchPlan> deletions)
    {
        var found = Find(rows, plan, acceptedSlots);
        return found.Length == 0 || deletions.Count == 0 ? found : Without(found, rows, deletions);
    }

    /// <summary>Those of <paramref name="found"/> that no deletion wants gone.</summary>
    public static int[] Without(int[] found, RowColumns rows, IReadOnlyList<SearchPlan> deletions)
    {
        var deleted = new bool[rows.Count];
        foreach (var deletion in deletions)
        {
            foreach (var row in Find(rows, deletion, deletion.AcceptedSlots(rows.Tables)))
            {
                deleted[row] = true;
            }
        }
        return Array.FindAll(found, row => !deleted[row]);
    }

    public static int FilterByTimeAndStream(RowColumns rows, LogRange range, bool[] acceptedSlots, Span<int> found)
    {
        var (min, max) = rows.TimeBounds;
        var count = 0;
        if (range.Contains(min) && range.Contains(max))
        {
            for (; count < rows.Count; count++)
            {
                found[count] = count;
            }
        }
        else
        {
            var times = rows.Times;
            for (var row = 0; row < times.Length; row++)
            {
                if (range.Contains(times[row]))
                {
                    found[count++] = row;
                }
            }
        }
        if (count == 0 || (rows.DistinctSlots is { } distinct && AreAllAccepted(distinct, acceptedSlots)))
        {
            return count;
        }
        var slots = rows.Slots;
        var kept = 0;
        foreach (var row in found[..count])
        {
            if (acceptedSlots[slots[row]])
            {
                found[kept++] = row;
            }
        }
        return kept;
    }

    public static bool AreAllAccepted(IReadOnlyList<int> slots, bool[] acceptedSlots)
    {
        foreach (var slot in slots)
        {
            if (!acceptedSlots[slot])
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>Keeps of the rows those of one trace. Identities are random and never repeat from block to block: mostly one search over the column says no.</summary>
    private static int FilterByTrace(RowColumns rows, byte[] traceId, Span<int> found)
    {
        var identities = rows.Identities;
        if (identities.Bytes.IndexOf(traceId) < 0)
        {
            return 0;
        }
        var flags = rows.Flags;
        var kept = 0;
        foreach (var row in found)
        {
            if ((flags[row] & RowFlags.HasTraceId) != 0 && identities[row].StartsWith(traceId))
            {
                found[kept++] = row;
            }
        }
        return kept;
    }

    /// <summary>Keeps of the rows those whose body holds the term (or does not). One search runs over all bodies at once and skips rows that are out already.</summary>
    private static int FilterByTerm(RowColumns rows, LineTerm term, Span<int> found)
    {
        if (term.Utf8.Length == 0)
        {
            // In every line, also in one without bytes.
            return term.Negated ? 0 : found.Length;
        }
        if (rows.BodyBytes.IndexOf(term.Utf8) < 0)
        {
            return term.Negated ? found.Length : 0;
        }
        var bodies = rows.Bodies;
        var kept = 0;
        var next = 0;       // Position in found of the first row that is not decided.
        var from = bodies.StartOf(found[0]);
        while (next < found.Length)
        {
            var hit = bodies.Bytes[from..].IndexOf(term.Utf8);
            hit = hit < 0 ? bodies.Bytes.Length : hit + from;
            // A hit that goes on over the end of its row is none: no row before the one behind it holds the term.
            var row = hit == bodies.Bytes.Length ? rows.Count : bodies.RowAt(hit, found[next]);
            var holds = row < rows.Count && hit + term.Utf8.Length <= bodies.EndOf(row);
            for (; next < found.Length && found[next] < row; next++)
            {
                kept = Decide(found, kept, next, !term.Negated, holds: false);
            }
            if (next < found.Length && found[next] == row)
            {
                kept = Decide(found, kept, next++, !term.Negated, holds);
            }
            if (next < found.Length)
            {
                from = bodies.StartOf(found[next]);
            }
        }
        return kept;
    }

    private static int Decide(Span<int> found, int kept, int index, bool wanted, bool holds)
    {
        if (holds != wanted)
        {
            return kept;
        }
        found[kept] = found[index];
        return kept + 1;
    }

    private static void SortByTime(RowColumns rows, int[] found)
    {
        var keys = new (long Time, int Row)[found.Length];
        for (var i = 0; i < found.Length; i++)
        {
            keys[i] = (rows.Times[found[i]], found[i]);
        }
        Array.Sort(keys, found);
    }
}
