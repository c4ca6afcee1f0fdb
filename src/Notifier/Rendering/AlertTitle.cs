using Observability.Contracts;

namespace Observability.Notifier.Rendering;

/// <summary>What happened and where, in one line: the rule's own words when it has any, else the run's facts.</summary>
internal static class AlertTitle
{
    /// <summary>Slack's header takes 150 and the environment comes first; a subject is cut near 100 by most mail programs.</summary>
    private const int MostCharacters = 110;

    private const string RunFailed = "PipelineRunFailed";

    public static string Of(NoticeAlert alert)
    {
        var name = alert.Labels.GetValueOrDefault("alertname", "");
        var summary = alert.Annotations.GetValueOrDefault("summary", "");
        // The shipped rule's summary repeats the environment; the run says in which step it failed.
        var text = (name == RunFailed || summary.Length == 0) && FailedRun(alert) is { } failed ? failed
            : summary.Length > 0 ? summary
            : alert.Labels.GetValueOrDefault("pipeline", "") is { Length: > 0 } pipeline ? $"{name}: {pipeline}"
            : name.Length > 0 ? name
            : "Alert without a name";
        return PlainText.OneLine(text, MostCharacters);
    }

    private static string? FailedRun(NoticeAlert alert)
    {
        if (alert.Run is not { } run || (run.FailedTask.Length == 0 && run.Error.Length == 0))
        {
            return null;
        }
        var more = run.FailedTaskCount > 1 ? $" and {Wording.Count(run.FailedTaskCount - 1, "other step", "other steps")}" : "";
        return run.FailedTask.Length == 0 ? $"{run.Pipeline} failed" : $"{run.Pipeline} failed in {run.FailedTask}{more}";
    }
}
