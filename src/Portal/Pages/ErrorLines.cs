using Observability.Portal.Reading;
using Observability.Portal.Wording;
using Observability.Telemetry;

namespace Observability.Portal.Pages;

/// <summary>
/// From a number to its evidence: the lines that an alert or a failed run is about, as an address of the Logs page. Exact where a run is known (its id stands in
/// its lines), else the bad lines of what the labels name.
/// </summary>
internal static class ErrorLines
{
    /// <summary>The attribute <see cref="AttributeNames.PipelineRunId"/> as queries spell it.</summary>
    public const string RunIdLabel = "cicd_pipeline_run_id";

    /// <summary>Levels that somebody has to look at, as stores name them (<see cref="SeverityText"/>).</summary>
    private const string BadLevels = "error|fatal|critical";

    /// <summary>Labels that alerts and streams of lines share. Severity is the rule's and not the line's, a team owns but does not write.</summary>
    private static readonly string[] s_shared = [LabelNames.Environment, LabelNames.Source, LabelNames.Pipeline, LabelNames.ServiceName];

    /// <summary>Senders batch, and what led to a failure was written before it.</summary>
    private static readonly TimeSpan s_before = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan s_after = TimeSpan.FromMinutes(2);

    /// <summary>An alert that fires for days: the lines of its beginning say why, and a longer range is one click away.</summary>
    private static readonly TimeSpan s_longest = TimeSpan.FromHours(24);

    /// <returns>Null when no label says whose lines they are.</returns>
    public static string? Of(AlertView alert, DateTimeOffset now)
    {
        if (alert.Run is { RunId.Length: > 0 } run && run.Pipeline.Length > 0)
        {
            var (started, ended) = (run.StartedAt ?? alert.ActiveAt, run.FinishedAt ?? alert.Since);
            // A report may come long after the run: its lines have the time that it told, the alert that of its receipt.
            return Of(alert.Environment, run.Pipeline, run.RunId, started - s_before, Later(ended, alert.Since) + s_after);
        }
        var labels = s_shared.Select(name => new Label(name, alert.Labels.GetValueOrDefault(name) ?? "")).Where(static label => label.Value.Length > 0).ToList();
        if (labels.TrueForAll(static label => label.Name == LabelNames.Environment))
        {
            return null;
        }
        var selector = string.Join(", ", labels.Select(static label => $"{label.Name}={Links.Quote(label.Value)}"));
        var (start, end) = (alert.ActiveAt - s_before, (alert.ResolvedAt ?? now) + s_after);
        return Address($"{{{selector}, {LabelNames.Level}=~{Links.Quote(BadLevels)}}}", start, end - start > s_longest ? start + s_longest : end);
    }

    /// <summary>The bad lines of a run.</summary>
    public static string Of(RunView run, DateTimeOffset now)
    {
        var (start, end) = RunModel.LinesRangeOf(run, now);
        return Of(run.Environment, run.Pipeline, run.RunId, start, end);
    }

    /// <summary>All lines that name the run.</summary>
    public static string AllOf(RunView run, DateTimeOffset now)
    {
        var (start, end) = RunModel.LinesRangeOf(run, now);
        return Address($"{RunModel.SelectorOf(run)} | {RunIdLabel}={Links.Quote(run.RunId)}", start, end);
    }

    private static string Of(string environment, string pipeline, string runId, DateTimeOffset start, DateTimeOffset end) => Address(
        $"{{{LabelNames.Environment}={Links.Quote(environment)}, {LabelNames.Pipeline}={Links.Quote(pipeline)}, {LabelNames.Level}=~{Links.Quote(BadLevels)}}} | {RunIdLabel}={Links.Quote(runId)}", start, end);

    private static string Address(string query, DateTimeOffset start, DateTimeOffset end) => Links.With("/logs", ("query", query), ("start", Links.Milliseconds(start)), ("end", Links.Milliseconds(end)));

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
