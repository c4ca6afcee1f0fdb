using System.Text;
using Observability.Query.Values;
using Observability.Telemetry;

namespace Observability.Query.LogQL.Syntax;

/// <summary>A part of a parsed query. <see cref="ToString"/> gives the canonical text, which parses to the same tree.</summary>
/// <param name="Position">Where the part begins in the text that was parsed.</param>
public abstract record LogQLNode(QueryPosition Position)
{
    public sealed override string ToString()
    {
        var text = new StringBuilder();
        WriteTo(text);
        return text.ToString();
    }

    internal abstract void WriteTo(StringBuilder text);
}

/// <summary>A whole query: <see cref="LogSelectorExpression"/> gives log lines, a <see cref="MetricExpression"/> numbers.</summary>
public abstract record LogQLExpression(QueryPosition Position) : LogQLNode(Position);

/// <summary>An expression whose value is a number or a vector of series.</summary>
public abstract record MetricExpression(QueryPosition Position) : LogQLExpression(Position);

/// <summary><c>{pipeline="orders"} |= "error" | json</c>: which lines, and what is done to each.</summary>
/// <param name="Position">Of the brace.</param>
/// <param name="Matchers">On stream labels; all must match, and at least one does not match the empty value.</param>
/// <param name="Stages">In the order in which a line passes them.</param>
public sealed record LogSelectorExpression(QueryPosition Position, IReadOnlyList<LabelMatcher> Matchers, IReadOnlyList<PipelineStage> Stages)
    : LogQLExpression(Position)
{
    internal override void WriteTo(StringBuilder text)
    {
        text.Append('{').AppendJoin(", ", Matchers).Append('}');
        foreach (var stage in Stages)
        {
            text.Append(' ');
            stage.WriteTo(text);
        }
    }
}
