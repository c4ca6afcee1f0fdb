using System.Globalization;
using Observability.Bench.Data;
using Observability.Bench.Measuring;

namespace Observability.Bench.Durable;

/// <param name="Rounds">Each load runs so often against each server, in turns.</param>
/// <param name="Seconds">Of one load.</param>
/// <param name="Clients">Connections, one load each.</param>
/// <param name="Records">Records of a batch, one load each.</param>
/// <param name="Seed">Of the records.</param>
/// <param name="Data">Folder for spools and bodies.</param>
internal sealed record DurablePlan(int Rounds, int Seconds, IReadOnlyList<int> Clients, IReadOnlyList<int> Records, int Seed, string Data);

/// <summary>
/// How much of the speed of a POST that is only drained is left when the Collector decodes it, writes a frame and waits for fsync. wrk shares the processors
/// with the servers, so the figures are client and server together, on both sides alike.
/// </summary>
internal static class DurableStage
{
    /// <summary>Different bodies in turn: one repeated body would stay in the caches and be predicted by every branch.</summary>
    private const int BodiesPerLoad = 16;

    public static async Task<(BenchmarkReport? Report, string ReasonNotRun)> RunAsync(DurablePlan plan, CancellationToken cancellationToken)
    {
        if (!WrkLoad.IsInstalled)
        {
            return (null, "wrk is not installed; apt install wrk");
        }
        Directory.CreateDirectory(plan.Data);
        var folder = Directory.CreateTempSubdirectory("observability-bench-").FullName;
        var spool = Path.Combine(plan.Data, "spool");
        var spoolOfKill = Path.Combine(plan.Data, "spool-kill");
        try
        {
            Empty(spool);
            Empty(spoolOfKill);
            var watch = new MachineWatch();
            var (measurements, ratios, refused) = await MeasureAsync(plan, folder, spool, cancellationToken);
            var (acknowledged, lost) = await KillReplay.RunAsync(spoolOfKill, plan.Seed, cancellationToken);
            var failure = lost > 0 ? $"{lost} acknowledged batches were lost by kill -9"
                : acknowledged == 0 ? "no batch was acknowledged before kill -9"
                : refused > 0 ? $"{refused} requests were refused" : "";
            var spread = measurements.Where(static item => item.Name.StartsWith("drain", StringComparison.Ordinal)).Max(static item => item.Spread);
            return (new BenchmarkReport("durable", plan.Seed, measurements, ratios,
                [$"kill -9 under load: {acknowledged} batches acknowledged, {lost} of them lost"],
                new Validity(spread, watch.ForeignCores(), MachineWatch.LoadAverage(), failure)), "");
        }
        finally
        {
            Empty(folder);
            Empty(spool);
            Empty(spoolOfKill);
        }
    }

    private static async Task<(List<Measurement> Measurements, List<Ratio> Ratios, long Refused)> MeasureAsync(DurablePlan plan, string folder, string spool, CancellationToken cancellationToken)
    {
        var measurements = new List<Measurement>();
        var ratios = new List<Ratio>();
        var refused = 0L;
        await using var drain = await ServerProcess.StartAsync(BenchServerKind.Drain, spool, holds: false, cancellationToken);
        await using var collector = await ServerProcess.StartAsync(BenchServerKind.Collector, spool, holds: false, cancellationToken);
        foreach (var records in plan.Records)
        {
            var logs = new SyntheticLogs(plan.Seed);
            var bodies = Enumerable.Range(0, BodiesPerLoad).Select(_ => OtlpBodies.Protobuf(logs.Next(records))).ToList();
            var load = WrkLoad.Prepare(folder, $"body-{records}", bodies);
            // The first requests of a size meet code that is not yet compiled.
            await load.RunAsync(drain.LogsUrl, plan.Clients[0], 1, cancellationToken);
            await load.RunAsync(collector.LogsUrl, plan.Clients[0], 1, cancellationToken);
            foreach (var clients in plan.Clients)
            {
                var name = string.Create(CultureInfo.InvariantCulture, $"{bodies.Average(static body => body.Length) / 1000:0} KB ({records} records), c={clients}");
                var (floor, durable, refusals) = await CompareAsync(load, drain, collector, clients, plan, name, cancellationToken);
                measurements.AddRange([floor, durable]);
                ratios.Add(Ratio.Of($"durable / drained, {name}", durable, floor, records >= 500 ? ">= 0.12" : clients >= 64 ? ">= 0.40 without decoding" : ""));
                refused += refusals;
            }
        }
        return (measurements, ratios, refused);
    }

    private static async Task<(Measurement Floor, Measurement Durable, long Refused)> CompareAsync(
        WrkLoad load, ServerProcess drain, ServerProcess collector, int clients, DurablePlan plan, string name, CancellationToken cancellationToken)
    {
        var drained = new List<LoadResult>();
        var stored = new List<LoadResult>();
        var flushes = 0L;
        for (var round = 0; round < plan.Rounds; round++)
        {
            drained.Add(await load.RunAsync(drain.LogsUrl, clients, plan.Seconds, cancellationToken));
            var before = await collector.FlushesAsync(cancellationToken);
            stored.Add(await load.RunAsync(collector.LogsUrl, clients, plan.Seconds, cancellationToken));
            flushes += await collector.FlushesAsync(cancellationToken) - before;
        }
        var perRequest = (double)flushes / Math.Max(1, stored.Sum(static result => result.Requests));
        return (Measured($"drain {name}", drained, ""),
            Measured($"durable {name}", stored, string.Create(CultureInfo.InvariantCulture, $"{perRequest:0.000} fsync/request")),
            drained.Concat(stored).Sum(static result => result.Refused));
    }

    private static Measurement Measured(string name, List<LoadResult> results, string note)
    {
        var median = Measurement.MedianOf([.. results.Select(static result => result.MedianMilliseconds)]);
        var p99 = Measurement.MedianOf([.. results.Select(static result => result.P99Milliseconds)]);
        return new Measurement(name, "batches/s", [.. results.Select(static result => result.RequestsPerSecond)])
        {
            Note = string.Create(CultureInfo.InvariantCulture, $"p50 {median:0.00} ms, p99 {p99:0.00} ms{(note.Length > 0 ? ", " : "")}{note}"),
        };
    }

    private static void Empty(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
