using Observability.Portal.Reading;
using Observability.Portal.Wording;
using Observability.Telemetry;

namespace Observability.Portal.Pages;

/// <summary>What broke, where, and since when?</summary>
public sealed record RunModel
{
    /// <summary>Lines around the failure; the Logs page has the others.</summary>
    private const int LinesShown = 14;

    public required Frame Frame { get; init; }

    public required string Id { get; init; }

    public required Answer<RunDetail> Detail { get; init; }

    /// <summary>The attempt that the address names, else the last.</summary>
    public RunView? Run { get; init; }

    public LogAnswer Logs { get; init; } = new();

    /// <summary>Alerts that fire or are pending because of this run.</summary>
    public IReadOnlyList<AlertView> Alerts =>
        Run is not { } run ? [] : [.. (Frame.Open.Value?.Alerts ?? []).Where(alert => alert.Run is { } facts && facts.RunId == run.RunId && facts.Pipeline == run.Pipeline && alert.Environment == run.Environment)];

    internal static async Task<RunModel> ReadAsync(string id, HttpContext http, PortalApi api, FrameReading frames, LogReading logs)
    {
        var (reading, frame) = (ReadRunAsync(id, http, api), frames.ReadAsync(http, api));
        var (detail, around) = (await reading, await frame);
        var run = detail.Value is null ? null
            : int.TryParse(http.Request.Query["attempt"], System.Globalization.CultureInfo.InvariantCulture, out var attempt)
                ? detail.Value.Attempts.FirstOrDefault(candidate => candidate.Attempt == attempt) ?? detail.Value.Run
                : detail.Value.Run;
        return new RunModel { Frame = around, Id = id, Detail = detail, Run = run, Logs = run is null ? new LogAnswer() : await LinesAsync(run, around, http, logs) };
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

    private static Task<LogAnswer> LinesAsync(RunView run, Frame frame, HttpContext http, LogReading logs)
    {
        var end = run.FinishedAt ?? frame.Now;
        var start = run.StartedAt ?? end.AddMinutes(-10);
        // A run that is reported a while after its end has its lines then.
        var range = new LogRange(Nanoseconds(start.AddMinutes(-1)), Nanoseconds(end.AddMinutes(10)));
        return logs.ReadAsync(new LogQuestion(SelectorOf(run), "", range), http);
    }

    public IReadOnlyList<Query.LogQL.LogEntry> LinesAround => [.. Logs.Lines.Take(LinesShown)];

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

    /// <summary>Steps in the order they ran, those that never started last.</summary>
    public IReadOnlyList<TaskView> Steps => [.. (Detail.Value?.Tasks ?? []).OrderBy(static task => task.StartedAt ?? DateTimeOffset.MaxValue).ThenBy(static task => task.Name, StringComparer.Ordinal)];

    /// <summary>Other runs of the pipeline and this one, oldest first.</summary>
    public IReadOnlyList<RunView> History => Run is null ? [] : [.. (Detail.Value?.Previous ?? []).Append(Detail.Value!.Run).OrderBy(static run => run.OrderedAt).TakeLast(30)];

    public RunView? Before => Neighbours.LastOrDefault(run => run.OrderedAt < Run!.OrderedAt);

    public RunView? After => Neighbours.FirstOrDefault(run => run.OrderedAt > Run!.OrderedAt);

    private IEnumerable<RunView> Neighbours => History.Where(run => Run is not null && run.Id != Run.Id);

    private static long Nanoseconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks * 100;
}
