using System.Globalization;
using Observability.Portal.Reading;
using Observability.Portal.Wording;
using Observability.Telemetry;

namespace Observability.Portal.Pages;

/// <summary>What broke, where, and since when?</summary>
public sealed record RunModel
{
    /// <summary>Lines around the failure; the Logs page has the others.</summary>
    private const int LinesShown = 14;

    private const int HistoryShown = 30;

    /// <summary>Below five good runs, "usual" would be a guess.</summary>
    private const int FewestForUsual = 5;

    public required Frame Frame { get; init; }

    public required string Id { get; init; }

    public required Answer<RunDetail> Detail { get; init; }

    /// <summary>The attempt that the address names, else the last.</summary>
    public RunView? Run { get; init; }

    public LogAnswer Logs { get; init; } = new();

    public StepHistory StepHistory { get; init; } = StepHistory.None;

    /// <summary>The alert that fires, or fired, because of this run.</summary>
    public AlertView? Alert { get; init; }

    /// <summary>The notices of that alert since this run ended, oldest first.</summary>
    public IReadOnlyList<NoticeView> Told { get; init; } = [];

    internal static async Task<RunModel> ReadAsync(string id, HttpContext http, PortalApi api, FrameReading frames, LogReading logs)
    {
        var (reading, framing, closing) = (ReadRunAsync(id, http, api), frames.ReadAsync(http, api), api.ClosedAlertsAsync(http));
        var (detail, frame, closed) = (await reading, await framing, await closing);
        if (detail.Value is not { } known)
        {
            return new RunModel { Frame = frame, Id = id, Detail = detail };
        }
        var run = int.TryParse(http.Request.Query["attempt"], CultureInfo.InvariantCulture, out var attempt) ? known.Attempts.FirstOrDefault(candidate => candidate.Attempt == attempt) ?? known.Run : known.Run;
        var alert = (frame.Open.Value?.Alerts ?? []).Concat(closed.Value?.Alerts ?? []).FirstOrDefault(candidate => IsAbout(candidate, run));
        var (lines, steps, notices) = (LinesAsync(run, frame, http, logs), StepHistory.ReadAsync(known, run, http, api),
            alert is null ? Task.FromResult(new Answer<IReadOnlyList<NoticeView>>([])) : api.NoticesAsync(http, $"?limit=50&alert={Uri.EscapeDataString(alert.Fingerprint)}"));
        return new RunModel
        {
            Frame = frame,
            Id = id,
            Detail = detail,
            Run = run,
            Logs = await lines,
            StepHistory = await steps,
            Alert = alert,
            Told = [.. ((await notices).Value ?? []).Where(notice => notice.At >= (run.FinishedAt ?? run.OrderedAt).AddMinutes(-1)).OrderBy(static notice => notice.At)],
        };
    }

    // Notices name a run as its source does; the engine's own id comes from the list then.
    private static async Task<Answer<RunDetail>> ReadRunAsync(string id, HttpContext http, PortalApi api)
    {
        var query = http.Request.Query;
        if (query["pipeline"].ToString() is { Length: > 0 } pipeline)
        {
            var found = await api.RunsAsync(http, Links.With("?limit=1000", ("pipeline", pipeline), ("source", query["source"].ToString()), ("environment", query["environment"].ToString())));
            if (found.Value?.Runs.FirstOrDefault(run => run.RunId == id || run.Id == id) is { } run)
            {
                return await api.RunAsync(http, run.Id);
            }
        }
        return await api.RunAsync(http, id);
    }

    // An alert names the last run that kept it firing; the earlier ones are those that ended badly while it did.
    private static bool IsAbout(AlertView alert, RunView run)
    {
        if (alert.Environment != run.Environment || alert.Labels.GetValueOrDefault("pipeline") != run.Pipeline)
        {
            return false;
        }
        var ended = run.FinishedAt ?? run.OrderedAt;
        return alert.Run?.RunId == run.RunId || (Names.IsBad(run.Status) && alert.ActiveAt <= ended.AddMinutes(1) && (alert.ResolvedAt is not { } closed || closed > ended));
    }

    // Up to a little after its end; a run that was reported late has its lines when the report came.
    private static Task<LogAnswer> LinesAsync(RunView run, Frame frame, HttpContext http, LogReading logs)
    {
        var (start, end) = LinesRangeOf(run, frame.Now);
        return logs.ReadAsync(new LogQuestion(SelectorOf(run), "", new LogRange(Nanoseconds(start), Nanoseconds(end))), http);
    }

    /// <summary>The time whose lines are shown with the run.</summary>
    public static (DateTimeOffset Start, DateTimeOffset End) LinesRangeOf(RunView run, DateTimeOffset now)
    {
        var ended = run.FinishedAt ?? now;
        var last = run.FinishedAt is not null && run.FirstSeenAt > ended ? run.FirstSeenAt : ended;
        return ((run.StartedAt ?? ended.AddMinutes(-10)).AddMinutes(-1), last.AddSeconds(10));
    }

    /// <summary>The last lines of the run, oldest first.</summary>
    public IReadOnlyList<Query.LogQL.LogEntry> LinesAround => [.. Logs.Lines.Take(LinesShown).Reverse()];

    /// <summary>The stream of the run's pipeline.</summary>
    public static string SelectorOf(RunView run) => $"{{environment={Links.Quote(run.Environment)}, pipeline={Links.Quote(run.Pipeline)}}}";

    public TaskView? FailedTask => Detail.Value?.Tasks.FirstOrDefault(static task => Names.IsBad(task.Status));

    public string Answer
    {
        get
        {
            if (Run is not { } run)
            {
                return Detail.IsMissing ? "This run is not known" : "The run cannot be read";
            }
            var state = run.Status switch { "timed_out" => "timed out", "running" => "is running", "queued" => "waits to start", "partial" => "succeeded in part", "cancelled" => "was cancelled", "skipped" => "was skipped", var status => status };
            return FailedTask is { } task && Names.IsBad(run.Status) ? $"{run.Pipeline} {state} in {task.Name}" : $"{run.Pipeline} {state}";
        }
    }

    /// <summary>The first error that somebody can act on: the failed step's, else the run's.</summary>
    public string Error => FailedTask?.Error is { Length: > 0 } error ? error : Run?.Error ?? "";

    /// <summary>Who answers for it: the resolved owner where an alert names one, else what the source says.</summary>
    public string Owner => Alert is { IsUnowned: false } alert ? alert.Owner!.Name : Run?.OwnerHint ?? Run?.Team ?? "";

    /// <summary>Steps in the order they ran, those that never started last.</summary>
    public IReadOnlyList<TaskView> Steps => [.. (Detail.Value?.Tasks ?? []).OrderBy(static task => task.StartedAt ?? DateTimeOffset.MaxValue).ThenBy(static task => task.Name, StringComparer.Ordinal)];

    /// <summary>Other runs of the pipeline and this one, oldest first.</summary>
    public IReadOnlyList<RunView> History => Run is null ? [] : [.. (Detail.Value?.Previous ?? []).Append(Detail.Value!.Run).OrderBy(static run => run.OrderedAt).TakeLast(HistoryShown)];

    public RunView? Before => Neighbours.LastOrDefault(run => run.OrderedAt < Run!.OrderedAt);

    public RunView? After => Neighbours.FirstOrDefault(run => run.OrderedAt > Run!.OrderedAt);

    /// <summary>The last run before this one that went well.</summary>
    public RunView? LastGood => Neighbours.LastOrDefault(run => run.Status == "succeeded" && run.OrderedAt < Run!.OrderedAt);

    /// <summary>The median of a fact over the good runs before this one; null below five of them.</summary>
    public double? Usual(Func<RunView, double?> fact)
    {
        var good = Neighbours.Where(run => run.Status == "succeeded" && run.OrderedAt < Run!.OrderedAt).Select(fact).OfType<double>().Order().ToList();
        return good.Count < FewestForUsual ? null : good[good.Count / 2];
    }

    private IEnumerable<RunView> Neighbours => History.Where(run => Run is not null && run.Id != Run.Id);

    private static long Nanoseconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks * 100;
}
