using System.Globalization;
using System.Numerics;
using Observability.Bench.Measuring;
using Observability.Telemetry;

namespace Observability.Bench.Scanning;

/// <summary>Records by service and minute, from the files of the store, beside reading five bytes a record from memory: the least that a count by label and time touches.</summary>
internal static class CountStage
{
    private const int FloorBytesPerRecord = 5;

    public static async Task<BenchmarkReport> RunAsync(int rounds, int records, int seed, string directory, CancellationToken cancellationToken)
    {
        var watch = new MachineWatch();
        await using var corpus = await LogCorpus.CreateAsync(Path.Combine(directory, "agg"), records, seed, writesText: false, cancellationToken);
        var query = new LogCountQuery(new LogRange(0, long.MaxValue), [], [LabelNames.ServiceName], 60_000_000_000);
        var floor = new byte[(long)corpus.Records * FloorBytesPerRecord];
        new Random(seed).NextBytes(floor);
        LogCounts? counts = null;
        var sum = 0L;
        var measured = await WallRounds.RunAsync(
            [
                ($"read {FloorBytesPerRecord} B a record from memory (floor)", () => Task.FromResult(sum += Read(floor))),
                ("count by service and minute", async () => counts = await corpus.Store.CountAsync(query, cancellationToken)),
            ], rounds, corpus.Records, "ns/record");
        var actual = counts!.Counts.ToDictionary(count => (count.Group[LabelNames.ServiceName], count.StartNanoseconds / 60_000_000_000), count => count.Count);
        var isEqual = actual.Count == corpus.Expected.Count && corpus.Expected.All(expected => actual.GetValueOrDefault(expected.Key) == expected.Value);
        return new BenchmarkReport("agg", seed, measured, [Ratio.Of("count / floor", measured[1], measured[0], "<= 2.0")],
            [string.Create(CultureInfo.InvariantCulture, $"{corpus.Records} records, {actual.Count} counts, compared one by one with a plain loop's (sum of the floor: {sum & 0xFF})")],
            new Validity(measured[0].Spread, watch.ForeignCores(), MachineWatch.LoadAverage(), isEqual ? "" : "the counts are not those of the plain loop"));
    }

    private static long Read(ReadOnlySpan<byte> bytes)
    {
        var sum = Vector<byte>.Zero;
        for (; bytes.Length >= Vector<byte>.Count; bytes = bytes[Vector<byte>.Count..])
        {
            sum += new Vector<byte>(bytes);
        }
        return Vector.Sum(sum);
    }
}
