using Observability.Portal.Reading;

namespace Observability.Portal.Wording;

/// <summary>What an alert is called on a page, from its annotations and labels.</summary>
internal static class AlertText
{
    /// <summary>Its summary, as the rule wrote it; without one the rule's name and the pipeline.</summary>
    public static string Title(IReadOnlyDictionary<string, string> labels, IReadOnlyDictionary<string, string> annotations)
    {
        if (annotations.GetValueOrDefault("summary") is { Length: > 0 } summary)
        {
            return summary;
        }
        var name = labels.GetValueOrDefault("alertname") ?? "Alert";
        return labels.GetValueOrDefault("pipeline") is { Length: > 0 } pipeline ? $"{name}: {pipeline}" : name;
    }

    public static string Title(AlertView alert) => Title(alert.Labels, alert.Annotations);

    /// <summary>The second line of a row: task and run, without what the title already says. The source stands before it.</summary>
    public static IReadOnlyList<string> Details(AlertView alert)
    {
        var title = Title(alert);
        var parts = new List<string>(4);
        Add(alert.Labels.GetValueOrDefault("pipeline"));
        Add(alert.Labels.GetValueOrDefault("task") ?? alert.Run?.FailedTask);
        if (alert.Run is { RunId.Length: > 0 } run)
        {
            parts.Add($"run {run.RunId}" + (run.Attempt > 1 ? $", attempt {run.Attempt}" : ""));
        }
        if (alert.Occurrences > 1)
        {
            parts.Add($"{Words.Of(alert.Occurrences, "time")} since it began");
        }
        return parts;

        void Add(string? part)
        {
            if (part is { Length: > 0 } && !title.Contains(part, StringComparison.Ordinal) && !parts.Contains(part))
            {
                parts.Add(part);
            }
        }
    }

    public static string Source(AlertView alert) => Names.SystemOf(alert.Labels.GetValueOrDefault("source") ?? alert.Run?.Source ?? "");

    /// <summary>The error as the source reported it; else what the rule describes.</summary>
    public static string Error(AlertView alert) =>
        alert.Run is { Error.Length: > 0 } run ? run.Error
        : alert.Annotations.GetValueOrDefault("error") is { Length: > 0 } error ? error
        : alert.Annotations.GetValueOrDefault("description") ?? "";
}
