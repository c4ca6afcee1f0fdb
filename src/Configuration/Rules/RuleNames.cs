using Observability.Telemetry;

namespace Observability.Configuration;

/// <summary>Which names and values labels and annotations of a rule may have.</summary>
internal static class RuleNames
{
    /// <summary>Names of annotations that this product gives a meaning, with the values that it knows; null is any.</summary>
    private static readonly Dictionary<string, string[]?> s_ownAnnotations = new(StringComparer.Ordinal)
    {
        ["obs_kind"] = ["alert", "notice"],
        ["obs_renotify"] = ["never", "each_run"],
    };

    /// <summary>
    /// What differs from run to run. As a label it would make each run an alert of its own: a failure would never be closed by the next success.
    /// </summary>
    private static readonly HashSet<string> s_occurrenceLabels = new(StringComparer.Ordinal)
    {
        "attempt", "author", "commit", "commit_sha", "deployment_id", "error", "error_message", "previous_commit", "run_id", "run_url", "sha", "span_id",
        "trace_id", "url",
    };

    private static readonly string[] s_severities = ["info", "warning", "error", "critical"];

    public static string? ProblemOfLabel(string name, RuleLanguage language)
    {
        if (name.Length == 0 || name == LabelSet.MetricName || (language == RuleLanguage.LogQL && !LabelText.IsPlainName(name)))
        {
            return $"'{name}' cannot be the name of a label here";
        }
        if (s_occurrenceLabels.Contains(name))
        {
            return $"'{name}' differs from run to run, so as a label it would make every run an alert of its own; write it as an annotation";
        }
        return name.StartsWith("obs_", StringComparison.Ordinal) ? $"names that begin with obs_ are for annotations; move '{name}' there" : null;
    }

    /// <summary>A severity that routes and pages do not know; null when it is known, or a template that says it later.</summary>
    public static string? ProblemOfSeverity(string value) =>
        s_severities.Contains(value) || value.Contains("{{", StringComparison.Ordinal)
            ? null
            : $"severity '{value}' is none of {string.Join(", ", s_severities)}; it is kept, but shown and ordered as if there were none";

    public static string? ProblemOfAnnotation(string name, string value)
    {
        if (!name.StartsWith("obs_", StringComparison.Ordinal))
        {
            return null;
        }
        if (!s_ownAnnotations.TryGetValue(name, out var values))
        {
            return $"'{name}' is not an annotation of this product; {Yaml.NearestName.Hint(name, s_ownAnnotations.Keys)}";
        }
        return values is null || values.Contains(value) ? null : $"'{name}' must be one of {string.Join(", ", values)}, not '{value}'";
    }

    /// <summary>UTF-8 names are allowed as in Prometheus 3, but braces are refused: they are what a selector pasted into the wrong key has.</summary>
    public static bool IsMetricName(string name) => name.Length > 0 && name.AsSpan().IndexOfAny('{', '}') < 0;
}
