using Observability.Telemetry;

namespace Observability.Configuration;

/// <summary>The language of the expressions in a rule file: files under <c>rules/</c> are PromQL, those under <c>rules/logs/</c> are LogQL.</summary>
public enum RuleLanguage
{
    PromQL = 0,
    LogQL = 1,
}

/// <summary>A Prometheus rule file (https://prometheus.io/docs/prometheus/latest/configuration/recording_rules/), or one of Loki's ruler, which has the same shape.</summary>
public sealed record RuleFile
{
    /// <summary>Relative to the configuration's folder, with slashes: <c>rules/pipelines.yaml</c>.</summary>
    public required string Path { get; init; }

    public required RuleLanguage Language { get; init; }

    public required string OriginalText { get; init; }

    public required IReadOnlyList<RuleGroup> Groups { get; init; }
}

/// <summary>Rules that are evaluated one after the other at the same time.</summary>
public sealed record RuleGroup
{
    public required string File { get; init; }

    public required string Name { get; init; }

    public required int Line { get; init; }

    public RuleLanguage Language { get; init; }

    /// <summary>Null: <see cref="SettingsConfiguration.EvaluationInterval"/>.</summary>
    public TimeSpan? Interval { get; init; }

    /// <summary>Evaluation looks at the time this much before now.</summary>
    public TimeSpan QueryOffset { get; init; }

    /// <summary>Most series or alerts that a rule of the group may make; 0 is no limit.</summary>
    public int Limit { get; init; }

    /// <summary>Added to every rule of the group; a rule's own label wins. Already merged into <see cref="Rule.Labels"/>.</summary>
    public LabelSet Labels { get; init; } = LabelSet.Empty;

    /// <summary>The group's <c>team</c> label, or null.</summary>
    public string? Team => Labels.Has("team") ? Labels["team"] : null;

    public required IReadOnlyList<Rule> Rules { get; init; }
}

/// <summary>A recording or an alerting rule. Label values and annotations of an alerting rule are templates.</summary>
public sealed record Rule
{
    /// <summary>The metric that is recorded, or the alert's name.</summary>
    public required string Name { get; init; }

    public required bool IsAlert { get; init; }

    public required string Expression { get; init; }

    public required int Line { get; init; }

    /// <summary>Where the expression begins; for a block scalar the line of its first text.</summary>
    public required int ExpressionLine { get; init; }

    public TimeSpan For { get; init; }

    public TimeSpan KeepFiringFor { get; init; }

    public LabelSet Labels { get; init; } = LabelSet.Empty;

    /// <summary>In the order of the file; an empty value is kept.</summary>
    public IReadOnlyList<Label> Annotations { get; init; } = [];

    /// <summary>The annotation's template, or null.</summary>
    public string? Annotation(string name)
    {
        foreach (var annotation in Annotations)
        {
            if (annotation.Name == name)
            {
                return annotation.Value;
            }
        }
        return null;
    }
}
