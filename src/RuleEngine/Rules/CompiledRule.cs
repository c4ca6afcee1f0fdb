using Observability.Query.PromQL;
using Observability.Telemetry;

namespace Observability.RuleEngine.Rules;

/// <summary>An alerting rule, ready to be evaluated: its expression parsed, its templates parsed.</summary>
internal sealed record CompiledRule
{
    /// <summary><c>file;group;name;position</c>. Alerts remember it: the same key after a reload keeps them alive.</summary>
    public required string Key { get; init; }

    public required string Name { get; init; }

    public required string File { get; init; }

    public required string Group { get; init; }

    public required int Line { get; init; }

    public required string ExpressionText { get; init; }

    public required Expression Expression { get; init; }

    public TimeSpan For { get; init; }

    public TimeSpan KeepFiringFor { get; init; }

    public required RuleTexts Texts { get; init; }

    /// <summary>The Portal's page of the expression.</summary>
    public string GeneratorUrl { get; init; } = "";
}

/// <summary>Rules that are evaluated in order at the same time.</summary>
internal sealed record CompiledGroup
{
    /// <summary><c>file;name</c>.</summary>
    public required string Key { get; init; }

    public required string Name { get; init; }

    public required string File { get; init; }

    public required TimeSpan Interval { get; init; }

    public TimeSpan QueryOffset { get; init; }

    public int Limit { get; init; }

    public required IReadOnlyList<CompiledRule> Rules { get; init; }

    /// <summary>The selectors of all expressions: a changed series that one of them matches makes the group dirty.</summary>
    public required IReadOnlyList<IReadOnlyList<LabelMatcher>> Selectors { get; init; }
}
