using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Observability.Bench.Measuring;
using Observability.Telemetry;

namespace Observability.Bench.Scanning;

/// <summary>How many records hold a text: the store on its files, beside ripgrep on both halves of the same records as text at once.</summary>
internal static class ScanStage
{
    private static readonly (string Name, string Text, string Goal)[] s_needles =
    [
        ("unique token", LogCorpus.UniqueToken, ">= 30"),
        ("absent token", "nosuchword", ">= 30"),
        ("phrase, 10 %", "Deadlock found when", ">= 0.8"),
        ("inside a token, 0.5 %", "fact_17", ">= 0.8"),
        ("word, 20 %", "rows into", ">= 0.8"),
        ("inside a token, 0", "eadlocky", ">= 0.8"),
    ];

    /// <returns>Null with the reason when ripgrep is missing.</returns>
    public static async Task<(BenchmarkReport? Report, string ReasonNotRun)> RunAsync(int rounds, int records, int seed, string directory, CancellationToken cancellationToken)
    {
        var watch = new MachineWatch();
        await using var corpus = await LogCorpus.CreateAsync(Path.Combine(directory, "scan"), records, seed, writesText: true, cancellationToken);
        var measured = new List<Measurement>();
        var ratios = new List<Ratio>();
        var failure = "";
        try
        {
            foreach (var (name, text, goal) in s_needles)
            {
                long ours = 0, theirs = 0;
                var pair = await WallRounds.RunAsync(
                    [
                        ($"{name}: store", async () => ours = await CountAsync(corpus, text, cancellationToken)),
                        ($"{name}: rg on two halves (peer)", async () => theirs = await RipgrepAsync(corpus.Halves, text, cancellationToken)),
                    ], rounds, 1e6, "ms");
                failure += ours == theirs ? "" : string.Create(CultureInfo.InvariantCulture, $"'{text}': the store counts {ours}, rg {theirs}; ");
                measured.AddRange(pair.Select(item => item with { Note = string.Create(CultureInfo.InvariantCulture, $"{ours} hits") }));
                ratios.Add(Ratio.Of($"{name}: rg / store", pair[1], pair[0], goal));
            }
        }
        catch (Win32Exception)
        {
            return (null, "ripgrep (rg) is not installed");
        }
        var spread = measured.Where(static item => item.Name.EndsWith("(peer)", StringComparison.Ordinal)).Max(static item => item.Spread);
        var notes = new[] { string.Create(CultureInfo.InvariantCulture, $"{corpus.Records} records, {corpus.TextBytes / (double)corpus.Records:0} B a line of text; LZ4 blocks, two threads, files in the system's cache") };
        return (new BenchmarkReport("scan", seed, measured, ratios, notes, new Validity(spread, watch.ForeignCores(), MachineWatch.LoadAverage(), failure)), "");
    }

    private static async Task<long> CountAsync(LogCorpus corpus, string text, CancellationToken cancellationToken)
    {
        var query = new LogCountQuery(new LogRange(0, long.MaxValue), [], [], 3_600_000_000_000) { Lines = [new LineFilter(text)] };
        return (await corpus.Store.CountAsync(query, cancellationToken)).Counts.Sum(static count => count.Count);
    }

    private static async Task<long> RipgrepAsync(IReadOnlyList<string> halves, string text, CancellationToken cancellationToken)
    {
        var running = halves.Select(async half =>
        {
            using var process = Process.Start(new ProcessStartInfo("rg", ["-c", "--no-filename", "-F", text, half]) { RedirectStandardOutput = true, UseShellExecute = false })!;
            var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return long.TryParse(output, NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var count) ? count : 0;
        });
        return (await Task.WhenAll(running)).Sum();
    }
}
