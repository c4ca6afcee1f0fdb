using System.Diagnostics;

namespace Observability.Bench.Measuring;

/// <summary>Times things that use several threads or processes, in turns, by the clock on the wall.</summary>
internal static class WallRounds
{
    /// <summary>Until the runtime has optimised what is run a few dozen times; a query of a server that runs is the one to measure.</summary>
    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(1.5);

    public static async Task<IReadOnlyList<Measurement>> RunAsync(IReadOnlyList<(string Name, Func<Task> Run)> items, int rounds, double unitsPerRun, string unit)
    {
        var warmUp = Stopwatch.GetTimestamp();
        do
        {
            foreach (var (_, run) in items)
            {
                await run();
            }
        }
        while (Stopwatch.GetElapsedTime(warmUp) < s_warmUp);
        var values = items.Select(_ => new List<double>(rounds)).ToList();
        for (var round = 0; round < rounds; round++)
        {
            for (var index = 0; index < items.Count; index++)
            {
                var started = Stopwatch.GetTimestamp();
                await items[index].Run();
                values[index].Add(Stopwatch.GetElapsedTime(started).TotalNanoseconds / unitsPerRun);
            }
        }
        return [.. items.Select((item, index) => new Measurement(item.Name, unit, values[index]))];
    }
}
