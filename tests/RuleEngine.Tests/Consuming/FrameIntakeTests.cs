using Microsoft.Extensions.Logging.Abstractions;
using Observability.Durability;
using Observability.Messaging;
using Observability.MetricStore.Blocks;
using Observability.RuleEngine.Consuming;
using Observability.RuleEngine.Runs;
using Observability.RuleEngine.Tests.Runs;
using Observability.Telemetry;
using Observability.TestKit;

namespace Observability.RuleEngine.Tests.Consuming;

public sealed class FrameIntakeTests : IAsyncLifetime
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    private readonly ManualTime _time = new(DateTimeOffset.FromUnixTimeMilliseconds(Reports.Now));
    private readonly SimulatedDisk _disk = new(1);
    private readonly Recorder _recorder = new();
    private EngineStore _store = null!;
    private FrameIntake _intake = null!;

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    public async ValueTask InitializeAsync() => await StartAsync();

    public async ValueTask DisposeAsync() => await StopAsync();

    [Fact]
    public async Task A_frame_is_applied_and_told_when_the_call_returns()
    {
        await _intake.ConsumeAsync(EngineFrames.Frame(1, Now, run: Reports.Of("1", RunStatus.Failed, Now), withLog: true), CancellationToken.None);
        var changes = Assert.Single(_recorder.Changes);
        Assert.Contains(changes.ChangedSeries, series => series[LabelSet.MetricName] == RunMetrics.LastRunFailed && series["environment"] == "prod");
        Assert.Contains(changes.ChangedSeries, series => series[LabelSet.MetricName] == "rows");
        Assert.Equal(["1"], changes.ChangedRuns.Select(run => run.RunId));
        Assert.Equal(_time.GetUtcNow(), changes.EngineTime);
        Assert.Equal(102, _intake.NextOffset);
    }

    [Fact]
    public async Task A_frame_that_comes_again_is_acknowledged_and_not_applied_again()
    {
        var frame = EngineFrames.Frame(1, Now, run: Reports.Of("1", RunStatus.Failed, Now));
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _intake.ConsumeAsync(frame, CancellationToken.None).AsTask()));
        await _intake.ConsumeAsync(frame, CancellationToken.None);
        Assert.Single(_recorder.Changes);
    }

    [Fact]
    public async Task Frames_out_of_order_are_applied_and_the_hole_is_seen_until_it_is_filled()
    {
        await _intake.ConsumeAsync(EngineFrames.Frame(1, Now), CancellationToken.None);
        await _intake.ConsumeAsync(EngineFrames.Frame(3, Now), CancellationToken.None);
        Assert.Equal([new MissingFrames(EngineFrames.Incarnation, 2, 2)], _store.State.Marks.Missing());
        await _intake.ConsumeAsync(EngineFrames.Frame(2, Now), CancellationToken.None);
        Assert.Empty(_store.State.Marks.Missing());
        Assert.Equal(3, _recorder.Changes.Count);
    }

    [Fact]
    public async Task A_frame_that_cannot_be_read_is_set_aside_acknowledged_and_holds_up_nobody()
    {
        var broken = new ReceivedFrame(new FrameName(EngineFrames.Incarnation, 1), "no frame at all, whatever it is; long enough to have a header of sixty-four bytes"u8.ToArray(), 5);
        await _intake.ConsumeAsync(broken, CancellationToken.None);
        await _intake.ConsumeAsync(EngineFrames.Frame(2, Now), CancellationToken.None);
        Assert.Equal(["00000000000000a1-1.frame", "00000000000000a1-1.reason"], _disk.ListFiles("/data/dead-letters"));
        Assert.True(_store.State.Marks.IsApplied(broken.Name));
        Assert.Equal(["obs_engine_last_frame_set_aside_timestamp_seconds", "rows"], _recorder.Changes.Select(change => change.ChangedSeries[0][LabelSet.MetricName]));
    }

    [Fact]
    public async Task Samples_behind_the_window_are_kept_as_a_dead_letter_that_says_series_and_time_once_for_each_frame()
    {
        await _intake.ConsumeAsync(EngineFrames.Frame(1, Now), CancellationToken.None);
        var late = Now - 7_200_000;
        await _intake.ConsumeAsync(EngineFrames.Frame(2, late), CancellationToken.None);
        const string Directory = "/data/dead-letters/late-samples";
        Assert.Equal(["00000000000000a1-2.prom"], _disk.ListFiles(Directory));
        var text = TextOf(Directory + "/00000000000000a1-2.prom");
        Assert.Equal(
            [
                "# 2 samples came later than the out-of-order window allows and are in no answer; the first 2:",
                $"rows{{table=\"t0\"}} 2 {late + 2}",
                $"rows{{table=\"t1\"}} 2 {late + 2}",
            ],
            text.TrimEnd('\n').Split('\n'));

        // A crash may come between the journal and the letter: a replay writes what is missing, and nothing twice.
        _disk.Delete(Directory + "/00000000000000a1-2.prom");
        await StopAsync();
        await StartAsync();
        await _intake.ConsumeAsync(EngineFrames.Frame(3, Now), CancellationToken.None);
        Assert.Equal(text, TextOf(Directory + "/00000000000000a1-2.prom"));
        Assert.Single(_disk.ListFiles(Directory));
    }

    [Fact]
    public async Task A_deletion_is_in_the_journal_at_its_place_among_the_frames()
    {
        await _intake.ConsumeAsync(EngineFrames.Frame(1, Now), CancellationToken.None);
        var first = new LabelMatcher("table", MatchOperator.Equal, "t0");
        Assert.True(await _intake.DeleteAsync(new DeletionOrder(new SeriesDeletion(0, [first], long.MinValue + 1, long.MaxValue), "admin"), CancellationToken.None));
        Assert.Equal(["rows{table=\"t1\"} 1"], Samples());
        await _intake.ConsumeAsync(EngineFrames.Frame(2, Now), CancellationToken.None);
        string[] expected = ["rows{table=\"t0\"} 2", "rows{table=\"t1\"} 1", "rows{table=\"t1\"} 2"];
        Assert.Equal(expected, Samples());
        await StopAsync();
        await StartAsync();
        Assert.Equal(expected, Samples());
    }

    [Fact]
    public async Task Live_series_are_written_again_each_minute_and_replay_makes_the_same_state_and_tells_nobody()
    {
        await _intake.ConsumeAsync(EngineFrames.Frame(1, Now, run: Reports.Of("1", RunStatus.Failed, Now)), CancellationToken.None);
        _time.Advance(TimeSpan.FromSeconds(60));
        await _intake.LastTick;
        Assert.Contains(_recorder.Changes.ToArray()[1].ChangedSeries, series => series[LabelSet.MetricName] == RunMetrics.LastRunFailed);
        var before = EngineFrames.Picture(_store.State);
        var told = _recorder.Changes.Count;
        await StopAsync();
        await StartAsync();
        Assert.Equal(before, EngineFrames.Picture(_store.State));
        Assert.Equal(told, _recorder.Changes.Count);
    }

    [Fact]
    public async Task A_snapshot_is_written_when_it_is_due()
    {
        await _intake.ConsumeAsync(EngineFrames.Frame(1, Now), CancellationToken.None);
        Assert.False(_disk.FileExists("/data/state.snapshot"));
        _time.Advance(TimeSpan.FromMinutes(5));
        await Eventually.TrueAsync(() => _disk.FileExists("/data/state.snapshot"), Soon, "the snapshot is there");
    }

    private IEnumerable<string> Samples() =>
        from series in _store.State.Metrics.Select([new LabelMatcher(LabelSet.MetricName, MatchOperator.Equal, "rows")], long.MinValue, long.MaxValue)
        from value in series.Values.ToArray()
        orderby series.Labels.ToString(), value
        select $"{series.Labels} {value}";

    private string TextOf(string path)
    {
        using var file = _disk.Open(path, DiskOpenMode.Existing);
        var bytes = new byte[file.Length];
        file.Read(0, bytes);
        return System.Text.Encoding.UTF8.GetString(bytes);
    }

    private async Task StartAsync()
    {
        var options = new EngineOptions();
        _store = EngineStore.Open(_disk, "/data", options, NullLogger.Instance);
        _store.AddListener(_recorder);
        _intake = new FrameIntake(_store, new DeadLetterFrames(_disk, "/data/dead-letters"), options, _time, NullLogger<FrameIntake>.Instance);
        await _intake.StartAsync(CancellationToken.None);
    }

    private async Task StopAsync()
    {
        await _intake.StopAsync(CancellationToken.None);
        _intake.Dispose();
        await _store.DisposeAsync();
    }

    private sealed class Recorder : IChangeListener
    {
        public System.Collections.Concurrent.ConcurrentQueue<AppliedChanges> Changes { get; } = new();

        public void OnApplied(AppliedChanges changes) => Changes.Enqueue(changes);
    }
}
