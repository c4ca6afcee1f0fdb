using Observability.Portal.Reading;
using Observability.Portal.Wording;

namespace Observability.Portal.Pages;

/// <summary>One pipeline with its last runs.</summary>
/// <param name="Runs">Oldest first, the last attempt of each.</param>
public sealed record PipelineRow(string Environment, string Source, string Pipeline, IReadOnlyList<RunView> Runs)
{
    public RunView Last => Runs[^1];

    /// <summary>The last run that ended: a running one says nothing yet about being well.</summary>
    public bool IsWell => !Names.IsBad((Runs.LastOrDefault(static run => run.Status is not ("running" or "queued" or "skipped" or "cancelled")) ?? Last).Status);

    /// <summary>Median of the good runs shown; null below five of them, where "usual" would be a guess.</summary>
    public double? UsualSeconds
    {
        get
        {
            var good = Runs.Where(static run => run is { Status: "succeeded", DurationSeconds: not null }).Select(static run => run.DurationSeconds!.Value).Order().ToList();
            return good.Count < 5 ? null : good[good.Count / 2];
        }
    }
}

/// <summary>Which pipelines are well?</summary>
public sealed record RunsModel
{
    /// <summary>What the service gives at once. Pipelines whose last run lies further back are reached by their own address.</summary>
    private const int RunsRead = 1000;

    public const int CellsShown = 30;

    public required Frame Frame { get; init; }

    public required Answer<RunPage> Runs { get; init; }

    /// <summary>Only this pipeline or source, when the address says so.</summary>
    public required string Pipeline { get; init; }

    public required string Source { get; init; }

    public required bool OnlyFailing { get; init; }

    internal static async Task<RunsModel> ReadAsync(HttpContext http, PortalApi api, FrameReading frames)
    {
        var query = http.Request.Query;
        var (pipeline, source) = (query["pipeline"].ToString(), query["source"].ToString());
        var (frame, runs) = (frames.ReadAsync(http, api), api.RunsAsync(http, Links.With($"?limit={RunsRead}", ("pipeline", pipeline), ("source", source))));
        return new RunsModel { Frame = await frame, Runs = await runs, Pipeline = pipeline, Source = source, OnlyFailing = query["show"] == "failing" };
    }

    /// <summary>Environments in their order, inside the not well first, then by name.</summary>
    public IReadOnlyList<PipelineRow> Rows =>
    [
        .. AllRows.Where(row => !OnlyFailing || !row.IsWell)
            .OrderBy(static row => Names.OrderOf(row.Environment)).ThenBy(static row => row.IsWell).ThenBy(static row => row.Pipeline, StringComparer.Ordinal),
    ];

    private IReadOnlyList<PipelineRow> AllRows =>
    [
        .. (Runs.Value?.Runs ?? []).Where(run => Frame.Shows(run.Environment))
            .GroupBy(static run => (run.Environment, run.Source, run.Pipeline))
            .Select(static group => new PipelineRow(group.Key.Environment, group.Key.Source, group.Key.Pipeline,
                [.. group.GroupBy(static run => run.RunId).Select(static attempts => attempts.MaxBy(static run => run.Attempt)!).OrderByDescending(static run => run.OrderedAt).Take(CellsShown).Reverse()])),
    ];

    /// <summary>What the answer leaves out when it speaks of prod alone; empty when all else is well.</summary>
    public string Elsewhere
    {
        get
        {
            var others = Frame.Environment.Length > 0 || AllRows.All(static row => row.Environment != "prod") ? [] : AllRows.Where(static row => row.Environment != "prod").ToList();
            var bad = others.Count(static row => !row.IsWell);
            return bad == 0 ? "" : $"Elsewhere {bad} of {Words.Of(others.Count, "pipeline")} {(bad == 1 ? "is" : "are")} not.";
        }
    }

    public string Answer
    {
        get
        {
            if (!Runs.IsKnown)
            {
                return "Runs cannot be read";
            }
            var rows = AllRows;
            if (rows.Count == 0)
            {
                return "No run has been reported";
            }
            var scope = Frame.Environment.Length > 0 ? Frame.Environment : rows.Any(static row => row.Environment == "prod") ? "prod" : "";
            var counted = Frame.Environment.Length > 0 || scope.Length == 0 ? rows : [.. rows.Where(row => row.Environment == scope)];
            var where = scope.Length == 0 ? "" : $" in {(scope == "pr" ? "pull requests" : scope)}";
            var bad = counted.Count(static row => !row.IsWell);
            return bad == 0
                ? counted.Count == 1 ? $"The one pipeline{where} is well" : $"All {counted.Count} pipelines{where} are well"
                : $"{bad} of {Words.Of(counted.Count, "pipeline")}{where} {(bad == 1 ? "is" : "are")} not well";
        }
    }
}
