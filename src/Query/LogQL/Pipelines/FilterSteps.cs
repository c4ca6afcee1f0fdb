using System.Globalization;
using Observability.Query.LogQL.Lines;
using Observability.Query.LogQL.Syntax;
using Observability.Query.LogQL.Units;
using Observability.Query.Values;
using Observability.Telemetry;

namespace Observability.Query.LogQL.Pipelines;

/// <summary>Keeps the lines on which one of the terms holds, or under a negated operator none.</summary>
internal sealed class LineFilterStep : LineStep
{
    private readonly Func<string, bool>[] _terms;
    private readonly bool _negated;

    public LineFilterStep(LineFilterStage stage)
    {
        _negated = stage.Operator.IsNegated();
        _terms = [.. stage.Terms.Select(term => Compile(stage.Operator, term))];
    }

    public override bool ReadsLabels => false;

    public override bool Process(long timeUnixNanoseconds, ref string line, LineLabels labels)
    {
        foreach (var term in _terms)
        {
            if (term(line))
            {
                return !_negated;
            }
        }
        return _negated;
    }

    private static Func<string, bool> Compile(LineFilterOperator filterOperator, LineFilterTerm term)
    {
        if (term.IsAddress)
        {
            return AddressPattern.Parse(term.Value).OccursIn;
        }
        return filterOperator switch
        {
            LineFilterOperator.Contains or LineFilterOperator.NotContains => line => line.Contains(term.Value, StringComparison.Ordinal),
            LineFilterOperator.Matches or LineFilterOperator.NotMatches => term.Expression!.IsMatch,
            _ => LinePattern.ForFilter(term.Value).Fits,
        };
    }
}

/// <summary>Keeps the lines whose labels satisfy a condition.</summary>
internal sealed class LabelFilterStep(LabelFilter filter) : LineStep
{
    private readonly Func<LineLabels, bool> _condition = Compile(filter);

    public override IReadOnlyList<LabelMatcher>? Conditions => ConditionsOf(filter);

    public override bool Process(long timeUnixNanoseconds, ref string line, LineLabels labels) => _condition(labels);

    internal static Func<LineLabels, bool> Compile(LabelFilter filter)
    {
        switch (filter)
        {
            case TextLabelFilter text:
                return labels => text.Matcher.Matches(labels.ValueOf(text.Matcher.Name));
            case AddressLabelFilter address:
                var pattern = AddressPattern.Parse(address.Pattern);
                return labels => labels.HasError || (labels.TryGet(address.Name, out var value) && pattern.OccursIn(value) != address.IsNegated);
            case QuantityLabelFilter quantity:
                return labels => Compare(quantity, labels);
            default:
                var combined = (CombinedLabelFilter)filter;
                var (left, right) = (Compile(combined.Left), Compile(combined.Right));
                // Both sides of "and" run, so that a value that the right one cannot read is marked even when the left one fails; as in Loki.
                return combined.IsBoth ? labels => left(labels) & right(labels) : labels => left(labels) || right(labels);
        }
    }

    private static IReadOnlyList<LabelMatcher>? ConditionsOf(LabelFilter filter) => filter switch
    {
        TextLabelFilter text => [text.Matcher],
        CombinedLabelFilter { IsBoth: true } both when ConditionsOf(both.Left) is { } left && ConditionsOf(both.Right) is { } right => [.. left, .. right],
        _ => null,
    };

    private static bool Compare(QuantityLabelFilter filter, LineLabels labels)
    {
        if (!labels.TryGet(filter.Name, out var text))
        {
            return false;
        }
        switch (filter.Unit)
        {
            case LabelFilterUnit.Number when TryNumber(text, out var number):
                return filter.Operator.Holds(number, filter.Number);
            case LabelFilterUnit.Duration when GoDuration.TryParse(text, out var nanoseconds):
                return filter.Operator.Holds(decimal.Compare(nanoseconds, filter.Value), 0);
            case LabelFilterUnit.Bytes when ByteSize.TryParse(text, out var bytes):
                return filter.Operator.Holds(decimal.Compare(bytes, filter.Value), 0);
            default:
                // The line stays, so that nothing is lost silently; | __error__="" drops it.
                labels.Fail(PipelineErrors.LabelFilter, $"'{text}' in label '{filter.Name}' is not a {UnitName(filter.Unit)}");
                return true;
        }
    }

    internal static bool TryNumber(string text, out double number)
    {
        if (double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out number))
        {
            return true;
        }
        var sign = text.StartsWith('-') ? -1 : 1;
        var unsigned = text.AsSpan(text.StartsWith('-') || text.StartsWith('+') ? 1 : 0);
        if (unsigned.Equals("inf", StringComparison.OrdinalIgnoreCase) || unsigned.Equals("infinity", StringComparison.OrdinalIgnoreCase))
        {
            number = sign * double.PositiveInfinity;
            return true;
        }
        number = double.NaN;
        return unsigned.Equals("nan", StringComparison.OrdinalIgnoreCase);
    }

    private static string UnitName(LabelFilterUnit unit) => unit switch
    {
        LabelFilterUnit.Number => "number",
        LabelFilterUnit.Duration => "duration such as 1m30s",
        _ => "size such as 10KB",
    };
}
