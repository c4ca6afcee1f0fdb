using System.Text.RegularExpressions;

namespace Observability.Telemetry;

/// <summary>How a <see cref="LabelMatcher"/> compares. The numbers are stored in silences: they never change.</summary>
public enum MatchOperator
{
    Equal = 0,
    NotEqual = 1,
    Regex = 2,
    NotRegex = 3,
}

/// <summary>
/// One condition on a label, as PromQL, LogQL and Alertmanager write it: <c>name="value"</c>, <c>!=</c>, <c>=~</c>, <c>!~</c>.
/// A missing label is the empty string. Expressions are anchored at both ends and run on the non-backtracking engine, so time is linear in the input.
/// </summary>
public sealed class LabelMatcher : IEquatable<LabelMatcher>
{
    private readonly Regex? _regex;

    /// <exception cref="ArgumentException">The expression does not parse, or needs what the linear engine cannot do (look-around, back-references).</exception>
    public LabelMatcher(string name, MatchOperator matchOperator, string value)
    {
        Name = name;
        Operator = matchOperator;
        Value = value;
        if (matchOperator is MatchOperator.Regex or MatchOperator.NotRegex)
        {
            _regex = LinearRegex.Anchored(value);
        }
    }

    public string Name { get; }

    public MatchOperator Operator { get; }

    public string Value { get; }

    public bool MatchesEmpty => Matches("");

    public bool Matches(string value) => Operator switch
    {
        MatchOperator.Equal => string.Equals(value, Value, StringComparison.Ordinal),
        MatchOperator.NotEqual => !string.Equals(value, Value, StringComparison.Ordinal),
        MatchOperator.Regex => _regex!.IsMatch(value),
        _ => !_regex!.IsMatch(value),
    };

    public bool Matches(LabelSet labels) => Matches(labels[Name]);

    public bool Equals(LabelMatcher? other) => other is not null && Name == other.Name && Operator == other.Operator && Value == other.Value;

    public override bool Equals(object? obj) => Equals(obj as LabelMatcher);

    public override int GetHashCode() => HashCode.Combine(Name, Operator, Value);

    public override string ToString() => LabelText.Name(Name) + OperatorText(Operator) + LabelText.Quote(Value);

    public static string OperatorText(MatchOperator matchOperator) => matchOperator switch
    {
        MatchOperator.Equal => "=",
        MatchOperator.NotEqual => "!=",
        MatchOperator.Regex => "=~",
        _ => "!~",
    };
}
