using Observability.LogStore.Segments.Rows;
using Observability.Telemetry;

namespace Observability.LogStore.Segments.Searching;

/// <summary>Finds the rows of one block that satisfy a plan: whole columns at a time, cheapest first, no object per row.</summary>
internal static class RowFilter
{
    /// <returns>Positions of the rows, oldest first; rows of one time in the order of receipt.</returns>
    public static int[] Find(RowColumns rows, SearchPlan plan, bool[] acceptedSlots)
    {
        if (!rows.MayHold(plan.RequiredTokens))
        {
            return [];
        }
        var found = new int[rows.Count];
        var count = FilterByTimeAndStream(rows, plan.Range, acceptedSlots, found);
        for (var i = 0; i < plan.Terms.Count && count > 0; i++)
        {
            count = FilterByTerm(rows.Bodies, plan.Terms[i], found.AsSpan(0, count));
        }
        Array.Resize(ref found, count);
        if (!rows.IsSortedByTime)
        {
            SortByTime(rows, found);
        }
        return found;
    }

    public static int FilterByTimeAndStream(RowColumns rows, LogRange range, bool[] acceptedSlots, Span<int> found)
    {
        var times = rows.Times;
        var flags = rows.Flags;
        var resources = rows.Resources;
        var count = 0;
        for (var row = 0; row < times.Length; row++)
        {
            if (range.Contains(times[row]) && acceptedSlots[RowTables.SlotOf(resources[row], flags[row])])
            {
                found[count++] = row;
            }
        }
        return count;
    }

    /// <summary>Keeps of the rows those whose body holds the term (or does not). One search runs over all bodies at once and skips rows that are out already.</summary>
    private static int FilterByTerm(BytesColumn bodies, LineTerm term, Span<int> found)
    {
        var kept = 0;
        var next = 0;       // Position in found of the first row that is not decided.
        var from = bodies.StartOf(found[0]);
        while (next < found.Length)
        {
            var hit = bodies.Bytes[from..].IndexOf(term.Utf8);
            hit = hit < 0 ? int.MaxValue : hit + from;
            // Rows that end before the hit do not hold the term; neither does one whose end the hit crosses.
            while (next < found.Length && (hit == int.MaxValue || bodies.EndOf(found[next]) < hit + term.Utf8.Length))
            {
                kept = Decide(found, kept, next++, !term.Negated, holds: false);
            }
            if (next < found.Length && bodies.StartOf(found[next]) <= hit)
            {
                kept = Decide(found, kept, next++, !term.Negated, holds: true);
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
