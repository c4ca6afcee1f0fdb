using Observability.Query.LogQL;
using Observability.Query.LogQL.Syntax;
using Observability.Query.Values;
using Observability.Telemetry;

namespace Observability.Portal.Pages;

/// <summary>One condition of a query: what it is about, what it asks for, and the query without it.</summary>
public sealed record LogFilter(string Word, string Value, string Without);

/// <summary>A query as its conditions, so that one of them can be dropped with a click.</summary>
public sealed record LogFilters
{
    private LogFilters()
    {
    }

    public IReadOnlyList<LogFilter> All { get; private init; } = [];

    /// <summary>The texts that a line must hold, to mark them.</summary>
    public IReadOnlyList<string> Texts { get; private init; } = [];

    /// <summary>The lines of the same streams without the conditions on lines; null when there are none.</summary>
    public string? Unfiltered { get; private init; }

    /// <summary>A query that cannot be read has no conditions to show.</summary>
    public static LogFilters Of(string logQL)
    {
        LogQLExpression expression;
        try
        {
            expression = LogQLParser.Parse(logQL);
        }
        catch (QueryException)
        {
            return new LogFilters();
        }
        if (expression is not LogSelectorExpression selector)
        {
            return new LogFilters();
        }
        var (matchers, stages) = (selector.Matchers, selector.Stages);
        return new LogFilters
        {
            // What every line passes is no condition: it stands for an empty box.
            All =
            [
                .. matchers.Where(static matcher => !IsEverything(matcher)).Select(matcher => new LogFilter(matcher.Name, ValueOf(matcher), Text(selector with { Matchers = Rest(matchers, matcher) }))),
                .. stages.Where(static stage => stage is LineFilterStage or LabelFilterStage).Select(stage => Of(stage, Text(selector with { Stages = [.. stages.Where(other => !ReferenceEquals(other, stage))] }))),
            ],
            Texts = [.. stages.OfType<LineFilterStage>().Where(static stage => stage.Operator == LineFilterOperator.Contains).SelectMany(static stage => stage.Terms).Where(static term => !term.IsAddress && term.Value.Length > 0).Select(static term => term.Value)],
            Unfiltered = stages.Count == 0 ? null : Text(selector with { Stages = [] }),
        };
    }

    private static LogFilter Of(PipelineStage stage, string without) => stage switch
    {
        LineFilterStage { Operator: LineFilterOperator.Contains } line => new LogFilter("contains", string.Join(" or ", line.Terms.Select(static term => term.Value)), without),
        LineFilterStage { Operator: LineFilterOperator.NotContains } line => new LogFilter("without", string.Join(" or ", line.Terms.Select(static term => term.Value)), without),
        LineFilterStage line => new LogFilter("line", line.ToString(), without),
        LabelFilterStage { Filter: TextLabelFilter { Matcher: { } matcher } } => new LogFilter(matcher.Name, ValueOf(matcher), without),
        _ => new LogFilter("where", stage.ToString().TrimStart('|', ' '), without),
    };

    private static bool IsEverything(LabelMatcher matcher) => matcher is { Name: LabelNames.Environment, Operator: MatchOperator.Regex, Value: ".+" };

    private static string ValueOf(LabelMatcher matcher) => matcher.Operator switch
    {
        MatchOperator.Equal => matcher.Value,
        MatchOperator.NotEqual => "not " + matcher.Value,
        MatchOperator.Regex => "like " + matcher.Value,
        _ => "not like " + matcher.Value,
    };

    // A selector needs one condition that no empty value passes.
    private static IReadOnlyList<LabelMatcher> Rest(IReadOnlyList<LabelMatcher> matchers, LabelMatcher without)
    {
        var rest = matchers.Where(matcher => !ReferenceEquals(matcher, without)).ToList();
        return rest.Exists(static matcher => !matcher.Matches("")) ? rest : [.. rest, new LabelMatcher(LabelNames.Environment, MatchOperator.Regex, ".+")];
    }

    private static string Text(LogSelectorExpression selector) => selector.ToString();
}
