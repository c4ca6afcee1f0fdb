using System.CommandLine;
using Observability.Bench.Blocks;
using Observability.Bench.Decode;
using Observability.Bench.Durable;
using Observability.Bench.Measuring;
using Observability.Bench.PromQl;
using Observability.Bench.Scanning;
using Observability.Bench.Whole;

var rounds = new Option<int>("--rounds") { Description = "Rounds in which all items take turns.", DefaultValueFactory = _ => 9 };
var seed = new Option<int>("--seed") { Description = "Of the generated records.", DefaultValueFactory = _ => 7 };
var json = new Option<string?>("--json") { Description = "Also writes the report as JSON to this file." };

var decode = new Command("decode", "OTLP bodies into frames, beside memcpy and Google.Protobuf.") { rounds, seed, json };
decode.SetAction(parsed => Show(DecodeStage.Run(parsed.GetValue(rounds), parsed.GetValue(seed)), parsed.GetValue(json)));

var block = new Command("block", "OTLP bodies into segments, beside memcpy; sizes beside zstd and gzip.") { rounds, seed, json };
block.SetAction(parsed => Show(BlockStage.Run(parsed.GetValue(rounds), parsed.GetValue(seed)), parsed.GetValue(json)));

var corpusRecords = new Option<int>("--records") { Description = "Records in the store.", DefaultValueFactory = _ => 1_000_000 };
var corpusData = new Option<string>("--data") { Description = "Folder for the store; emptied afterwards.", DefaultValueFactory = _ => Path.Combine("artifacts", "bench") };
var scan = new Command("scan", "Searches for a text, beside ripgrep on two halves.") { rounds, corpusRecords, corpusData, seed, json };
scan.SetAction(async (parsed, cancellationToken) =>
{
    return await ShowIfRunAsync(await ScanStage.RunAsync(
        parsed.GetValue(rounds), parsed.GetValue(corpusRecords), parsed.GetValue(seed), Path.GetFullPath(parsed.GetValue(corpusData)!), cancellationToken), parsed.GetValue(json));
});
var agg = new Command("agg", "Counts by label and minute, beside reading memory.") { rounds, corpusRecords, corpusData, seed, json };
agg.SetAction(async (parsed, cancellationToken) => Show(
    await CountStage.RunAsync(parsed.GetValue(rounds), parsed.GetValue(corpusRecords), parsed.GetValue(seed), Path.GetFullPath(parsed.GetValue(corpusData)!), cancellationToken),
    parsed.GetValue(json)));

var durableRounds = new Option<int>("--rounds") { Description = "Rounds in which both servers take turns.", DefaultValueFactory = _ => 3 };
var seconds = new Option<int>("--seconds") { Description = "Of each load.", DefaultValueFactory = _ => 2 };
var clients = new Option<int[]>("--clients") { Description = "Connections at once.", DefaultValueFactory = _ => [1, 4, 16, 64], AllowMultipleArgumentsPerToken = true };
var records = new Option<int[]>("--records") { Description = "Records of a batch: 7 are 4 KB, 100 are 52 KB, 500 are 258 KB.", DefaultValueFactory = _ => [7, 100, 500], AllowMultipleArgumentsPerToken = true };
var data = new Option<string>("--data") { Description = "Folder for spools, on the disk to be measured; emptied afterwards.", DefaultValueFactory = _ => Path.Combine("artifacts", "bench") };
var durable = new Command("durable", "POST of OTLP batches until fsync, beside the same POST drained; then kill -9 and replay.") { durableRounds, seconds, clients, records, data, seed, json };
durable.SetAction(async (parsed, cancellationToken) =>
{
    var plan = new DurablePlan(parsed.GetValue(durableRounds), parsed.GetValue(seconds), parsed.GetValue(clients)!, parsed.GetValue(records)!, parsed.GetValue(seed),
        Path.GetFullPath(parsed.GetValue(data)!));
    return await ShowIfRunAsync(await DurableStage.RunAsync(plan, cancellationToken), parsed.GetValue(json));
});

var series = new Option<int>("--series") { Description = "Series, each with a sample every 15 s for an hour.", DefaultValueFactory = _ => 10_000 };
var promQlData = new Option<string>("--data") { Description = "Folder for blocks of both; emptied afterwards.", DefaultValueFactory = _ => Path.Combine("artifacts", "bench") };
var promQl = new Command("promql", "sum by (pipeline) (rate(x[5m])) over an hour, beside the installed Prometheus on the same samples.") { rounds, series, promQlData, seed, json };
promQl.SetAction(async (parsed, cancellationToken) =>
{
    return await ShowIfRunAsync(await PromQlStage.RunAsync(
        parsed.GetValue(rounds), parsed.GetValue(seed), parsed.GetValue(series), Path.GetFullPath(parsed.GetValue(promQlData)!), cancellationToken), parsed.GetValue(json));
});

var wholeRounds = new Option<int>("--rounds") { Description = "Rounds; both start empty in each.", DefaultValueFactory = _ => 3 };
var whole = new Command("whole", "Standalone as a whole beside one Elasticsearch node: processor time, disk, five questions.") { wholeRounds, corpusRecords, corpusData, seed, json };
whole.SetAction(async (parsed, cancellationToken) =>
{
    return await ShowIfRunAsync(await WholeStage.RunAsync(
        parsed.GetValue(wholeRounds), parsed.GetValue(corpusRecords), parsed.GetValue(seed), Path.GetFullPath(parsed.GetValue(corpusData)!), cancellationToken), parsed.GetValue(json));
});

var kind = new Argument<BenchServerKind>("kind") { Description = "drain or collector." };
var port = new Option<int>("--port") { Required = true };
var directory = new Option<string>("--data") { Required = true };
var holds = new Option<bool>("--hold") { Description = "The bus takes nothing, so that the spool keeps everything." };
var serve = new Command("serve", "A server of the durable stage; the stage starts it itself.") { kind, port, directory, holds };
serve.Hidden = true;
serve.SetAction((parsed, cancellationToken) =>
    BenchServer.RunAsync(parsed.GetValue(kind), parsed.GetValue(port), parsed.GetValue(directory)!, parsed.GetValue(holds), cancellationToken));

var root = new RootCommand("Benchmarks: each figure beside its floor or peer, in one run. bench/README.md says how to read them.") { decode, block, scan, agg, durable, promQl, whole, serve };
return await root.Parse(args).InvokeAsync();

// A stage whose peer is missing ends with 3 and says what it needs.
static async Task<int> ShowIfRunAsync((BenchmarkReport? Report, string ReasonNotRun) run, string? path)
{
    if (run.Report is { } report)
    {
        return Show(report, path);
    }
    await Console.Error.WriteLineAsync($"not run: {run.ReasonNotRun}");
    return 3;
}

// A void run ends with 2: a script must not take its figures for results.
static int Show(BenchmarkReport report, string? path)
{
    report.Print(Console.Out);
    if (path is not null)
    {
        report.Write(path);
    }
    return report.Validity.IsVoid ? 2 : 0;
}
