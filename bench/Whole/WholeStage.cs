using System.Diagnostics;
using System.Globalization;
using Observability.Bench.Measuring;

namespace Observability.Bench.Whole;

/// <summary>
/// Standalone as a whole beside one Elasticsearch node: processor time of the process for each record from its acceptance until a search sees all of them, bytes
/// on disk when nothing is left to merge, and the time of five questions over HTTP. Both start empty in every round and get the same records.
/// </summary>
internal static class WholeStage
{
    /// <summary>Warm: both have answered each question before.</summary>
    private const int Asked = 9;

    /// <summary>Both compile what runs often while it runs, and would else be measured doing that; they lie an hour before the others.</summary>
    private const int WarmUpRecords = 100_000;

    private const double Microseconds = 1e6;

    /// <returns>The report, or why there is none.</returns>
    public static async Task<(BenchmarkReport? Report, string ReasonNotRun)> RunAsync(int rounds, int records, int seed, string data, CancellationToken cancellationToken)
    {
        if (ElasticsearchSide.Script is not { } script)
        {
            return (null, "OBS_TEST_ELASTICSEARCH_HOME names no folder with elasticsearch.sh");
        }
        var directory = Path.Combine(data, "whole");
        var watch = new MachineWatch();
        var ours = new SideFigures("Standalone");
        var theirs = new SideFigures("Elasticsearch (peer)");
        var failures = new List<string>();
        records = records / WholeCorpus.RecordsPerBatch * WholeCorpus.RecordsPerBatch;
        for (var round = 0; round < rounds; round++)
        {
            Clear(directory);
            var time = WholeCorpus.TimeOf(records, TimeProvider.System.GetUtcNow());
            var elasticsearch = await ElasticsearchSide.StartAsync(script, Path.Combine(directory, "elasticsearch"), cancellationToken);
            await using (elasticsearch)
            {
                await using var standalone = await StandaloneSide.StartAsync(Path.Combine(directory, "standalone"), cancellationToken);
                (SideFigures Figures, LogSide Side)[] sides = [(theirs, elasticsearch), (ours, standalone)];
                foreach (var (figures, side) in round % 2 == 0 ? sides : sides.Reverse())
                {
                    await LoadAsync(figures, side, records, seed, time, cancellationToken);
                }
                await AskAsync(ours, standalone, theirs, elasticsearch, time, failures, cancellationToken);
                watch.CountAsOwn(elasticsearch.ProcessorSeconds);
            }
        }
        Clear(directory);
        var ratios = new List<Ratio>
        {
            Ratio.Of("processor time a record: Standalone / Elasticsearch", ours.Processor, theirs.Processor, "<= 0.033"),
            Ratio.Of("bytes on disk: Standalone / Elasticsearch", ours.Disk, theirs.Disk, "<= 0.6"),
        };
        ratios.AddRange(Enum.GetValues<Question>().Select(question => Ratio.Of($"{NameOf(question)}: Standalone / Elasticsearch", ours.Answer(question), theirs.Answer(question), "<= 1")));
        var notes = new[] { string.Create(CultureInfo.InvariantCulture, $"{records} records a round; data folders whole, Standalone's with its spool; answers compared: {(failures.Count == 0 ? "equal" : "different")}") };
        return (new BenchmarkReport("whole", seed, [.. ours.All, .. theirs.All], ratios, notes,
            new Validity(theirs.Processor.Spread, watch.ForeignCores(), MachineWatch.LoadAverage(), string.Join("; ", failures))), "");
    }

    private static async Task LoadAsync(SideFigures figures, LogSide side, int records, int seed, CorpusTime time, CancellationToken cancellationToken)
    {
        var warmUp = new CorpusTime(time.Start.AddHours(-1), time.Start);
        await WholeCorpus.SendAsync(side, WarmUpRecords, seed + 1, warmUp, cancellationToken);
        await side.WaitUntilSearchableAsync(WarmUpRecords, warmUp, cancellationToken);
        var before = side.ProcessorSeconds;
        await WholeCorpus.SendAsync(side, records, seed, time, cancellationToken);
        await side.WaitUntilSearchableAsync(records, time, cancellationToken);
        figures.ProcessorRounds.Add((side.ProcessorSeconds - before) * Microseconds / records);
        await side.CompactAsync(cancellationToken);
        figures.CompactedRounds.Add((side.ProcessorSeconds - before) * Microseconds / records);
        figures.DiskRounds.Add((double)side.DiskBytes / (WarmUpRecords + records));
    }

    // In turns, so that both meet the same machine.
    private static async Task AskAsync(SideFigures ours, LogSide standalone, SideFigures theirs, LogSide elasticsearch, CorpusTime time, List<string> failures, CancellationToken cancellationToken)
    {
        foreach (var question in Enum.GetValues<Question>())
        {
            var (mine, peers) = (await standalone.AskAsync(question, time, cancellationToken), await elasticsearch.AskAsync(question, time, cancellationToken));
            if (mine != peers)
            {
                failures.Add(string.Create(CultureInfo.InvariantCulture, $"{NameOf(question)}: Standalone says {mine.Count} ({mine.Detail}), Elasticsearch {peers.Count} ({peers.Detail})"));
            }
            var (own, other) = (new List<double>(), new List<double>());
            for (var asked = 0; asked < Asked; asked++)
            {
                own.Add(await MillisecondsAsync(() => standalone.AskAsync(question, time, cancellationToken)));
                other.Add(await MillisecondsAsync(() => elasticsearch.AskAsync(question, time, cancellationToken)));
            }
            ours.AnswerRounds[question].Add(Measurement.MedianOf(own));
            theirs.AnswerRounds[question].Add(Measurement.MedianOf(other));
        }
    }

    private static async Task<double> MillisecondsAsync(Func<Task> run)
    {
        var started = Stopwatch.GetTimestamp();
        await run();
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    private static void Clear(string directory)
    {
        if (Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }
        Directory.CreateDirectory(directory);
    }

    private static string NameOf(Question question) => question switch
    {
        Question.RareToken => "rare token",
        Question.CommonPhrase => "common phrase",
        Question.InsideAToken => "inside a token",
        Question.CountByMinuteAndSeverity => "count by minute and severity",
        _ => "top pipelines under two filters",
    };

    /// <summary>What was measured of one side, a value a round.</summary>
    private sealed class SideFigures(string name)
    {
        public List<double> ProcessorRounds { get; } = [];

        public List<double> CompactedRounds { get; } = [];

        public List<double> DiskRounds { get; } = [];

        public Dictionary<Question, List<double>> AnswerRounds { get; } = Enum.GetValues<Question>().ToDictionary(static question => question, static _ => new List<double>());

        public Measurement Processor => new($"{name}: in until searchable", "us CPU/rec", ProcessorRounds);

        public Measurement Disk => new($"{name}: on disk, compacted", "B/record", DiskRounds);

        public Measurement Answer(Question question) => new($"{name}: {NameOf(question)}", "ms", AnswerRounds[question]);

        public IEnumerable<Measurement> All => [Processor, new Measurement($"{name}: in until compacted", "us CPU/rec", CompactedRounds), Disk, .. Enum.GetValues<Question>().Select(Answer)];
    }
}
