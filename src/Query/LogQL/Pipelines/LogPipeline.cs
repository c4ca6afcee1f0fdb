using Observability.Query.LogQL.Syntax;
using Observability.Query.Values;
using Observability.Telemetry;

namespace Observability.Query.LogQL.Pipelines;

/// <summary>
/// The compiled form of a selector: what the store is asked for, and the steps that are left. Line filters that stand before any stage that changes the line
/// go into the search, because the store can skip data by them and applies them exactly; they are then not run again.
/// </summary>
internal sealed class LogPipeline
{
    private readonly LineStep[] _steps;

    private LogPipeline(IReadOnlyList<LabelMatcher> matchers, List<LineFilter> lines, LineStep[] steps)
    {
        Matchers = matchers;
        Lines = lines;
        _steps = steps;
    }

    public IReadOnlyList<LabelMatcher> Matchers { get; }

    public IReadOnlyList<LineFilter> Lines { get; }

    /// <summary>Every record that the store returns is a line of the answer, so the store may stop at the limit.</summary>
    public bool KeepsEveryLine => _steps.Length == 0;

    /// <summary>Some step's outcome depends on labels.</summary>
    public bool ReadsLabels => Array.Exists(_steps, static step => step.ReadsLabels);

    /// <summary>Null, or the conditions on labels that say all that the steps do.</summary>
    public IReadOnlyList<LabelMatcher>? Conditions =>
        Array.TrueForAll(_steps, static step => step.Conditions is not null) ? [.. _steps.SelectMany(static step => step.Conditions!)] : null;

    /// <exception cref="QueryException">A stage that is not evaluated yet.</exception>
    public static LogPipeline Compile(LogSelectorExpression selector, ILogTemplateCompiler? templates)
    {
        var compiler = new StageCompiler(templates);
        var lines = new List<LineFilter>();
        var steps = new List<LineStep>();
        var lineIsAsStored = true;
        foreach (var stage in selector.Stages)
        {
            if (lineIsAsStored && stage is LineFilterStage filter && TryPushDown(filter, lines))
            {
                continue;
            }
            lineIsAsStored &= stage is not (LineFormatStage or UnpackStage or DecolorizeStage);
            steps.Add(compiler.Compile(stage));
        }
        return new LogPipeline(selector.Matchers, lines, [.. steps]);
    }

    /// <summary>The same pipeline for a query that asks for no label: without the parsers, when nothing reads what they extract.</summary>
    public LogPipeline WithoutUnreadParsers() =>
        ReadsLabels ? this : new LogPipeline(Matchers, [.. Lines], Array.FindAll(_steps, static step => !step.OnlyExtracts));

    public LogSearch Search(LogRange range, bool newestFirst, int limit) => new(range, Matchers, Lines, newestFirst, limit);

    /// <summary>Runs the steps; false when the line is dropped. <paramref name="labels"/> must have been reset to the record.</summary>
    public bool Process(LogRecord record, LineLabels labels, out string line)
    {
        line = record.Body;
        foreach (var step in _steps)
        {
            if (!step.Process(record.TimeUnixNanoseconds, ref line, labels))
            {
                return false;
            }
        }
        return true;
    }

    private static bool TryPushDown(LineFilterStage filter, List<LineFilter> lines)
    {
        var negated = filter.Operator == LineFilterOperator.NotContains;
        var canBePushed = (filter.Operator == LineFilterOperator.Contains && filter.Terms.Count == 1) || negated;
        if (!canBePushed || filter.Terms.Any(static term => term.IsAddress))
        {
            return false;
        }
        // Every line holds the empty text: as a condition it would say nothing.
        lines.AddRange(filter.Terms.Where(term => negated || term.Value.Length > 0).Select(term => new LineFilter(term.Value, negated)));
        return true;
    }
}
