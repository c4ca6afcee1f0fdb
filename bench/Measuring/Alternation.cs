namespace Observability.Bench.Measuring;

/// <summary>One thing to time on one thread.</summary>
/// <param name="Name">Of the item.</param>
/// <param name="Units">Units of work, records for example, that one call of <paramref name="Run"/> does.</param>
/// <param name="Run">The work.</param>
internal sealed record TimedItem(string Name, long Units, Action Run);

/// <summary>
/// Times items in turns, round after round, each by its thread's processor time: what the machine does to one round it does to all items alike.
/// The order is turned by one in every round, so that none always follows the same other one's leavings in the caches.
/// </summary>
internal static class Alternation
{
    /// <summary>Tiered compilation is done with what ran this often; measured: the fourth round no longer differs from the tenth.</summary>
    private const int WarmUpRounds = 3;

    public static IReadOnlyList<Measurement> Run(IReadOnlyList<TimedItem> items, int rounds, string unit)
    {
        var nanoseconds = items.Select(_ => new List<double>(rounds)).ToList();
        var allocated = new double[items.Count];
        for (var round = -WarmUpRounds; round < rounds; round++)
        {
            for (var turn = 0; turn < items.Count; turn++)
            {
                var index = (turn + round + WarmUpRounds) % items.Count;
                var item = items[index];
                var bytesBefore = GC.GetAllocatedBytesForCurrentThread();
                var before = ThreadClock.Nanoseconds;
                item.Run();
                var spent = ThreadClock.Nanoseconds - before;
                if (round >= 0)
                {
                    nanoseconds[index].Add((double)spent / item.Units);
                    allocated[index] = (double)(GC.GetAllocatedBytesForCurrentThread() - bytesBefore) / item.Units;
                }
            }
        }
        return [.. items.Select((item, index) => new Measurement(item.Name, unit, nanoseconds[index]) { AllocatedBytes = allocated[index] })];
    }
}
