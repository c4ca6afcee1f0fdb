using System.Text.RegularExpressions;
using Observability.Query.LogQL.Lines;
using Observability.Query.LogQL.Syntax;
using Observability.Query.Values;
using Observability.Telemetry;

namespace Observability.Query.LogQL.Parsing;

/// <summary>Stream selectors and the stages behind them. Whatever can be compiled is compiled here, so that its errors have a position.</summary>
internal sealed class PipelineParser
{
    private readonly TokenReader _reader;
    private readonly LabelFilterParser _filters;
    private readonly StageParser _stages;

    public PipelineParser(TokenReader reader)
    {
        _reader = reader;
        _filters = new LabelFilterParser(reader);
        _stages = new StageParser(reader, _filters);
    }

    public LogSelectorExpression ParseSelector()
    {
        var position = _reader.Position;
        var (selector, unwrap) = ParseSelectorAndUnwrap(position);
        return unwrap is null
            ? selector
            : throw _reader.Error("unwrap makes numbers of lines and stands only inside an aggregation such as sum_over_time(… | unwrap label [5m])", unwrap.Position);
    }

    public (LogSelectorExpression Selector, UnwrapExpression? Unwrap) ParseSelectorAndUnwrap(QueryPosition position)
    {
        var matchers = ParseMatchers();
        var (stages, unwrap) = ParseStages();
        return (new LogSelectorExpression(position, matchers, stages), unwrap);
    }

    /// <summary>Stages up to what is none; unwrap and the label filters behind it end them.</summary>
    public (IReadOnlyList<PipelineStage> Stages, UnwrapExpression? Unwrap) ParseStages()
    {
        var stages = new List<PipelineStage>();
        while (true)
        {
            if (_reader.Current.Kind == TokenKind.Symbol && LineFilterOperators.TryParse(_reader.Current.Text, out var filterOperator) && StartsTerm(_reader.Following))
            {
                stages.Add(ParseLineFilter(filterOperator));
            }
            else if (_reader.Current.IsSymbol("|") && _reader.Following.IsKeyword("unwrap"))
            {
                return (stages, ParseUnwrap());
            }
            else if (_reader.TryTakeSymbol("|"))
            {
                stages.Add(_stages.Parse());
            }
            else
            {
                return (stages, null);
            }
        }
    }

    private List<LabelMatcher> ParseMatchers()
    {
        var position = _reader.Position;
        _reader.Expect("{");
        var matchers = new List<LabelMatcher>();
        if (!_reader.Current.IsSymbol("}"))
        {
            do
            {
                matchers.Add(_filters.ParseMatcher());
            }
            while (_reader.TryTakeSymbol(","));
        }
        _reader.Expect("}");
        return matchers.Exists(static matcher => !matcher.MatchesEmpty)
            ? matchers
            : throw _reader.Error("a selector needs at least one matcher that does not match the empty value, such as source=\"dbt\" or source=~\".+\"", position);
    }

    // Behind a selector, != without a string is an operator; ip is a function, so it is followed by a parenthesis.
    private static bool StartsTerm(LogQLToken token) => token.Kind == TokenKind.Text || token.IsFunction("ip");

    private LineFilterStage ParseLineFilter(LineFilterOperator filterOperator)
    {
        var position = _reader.Position;
        _reader.Take();
        var terms = new List<LineFilterTerm> { ParseTerm(filterOperator) };
        while (_reader.Current.IsKeyword("or") && StartsTerm(_reader.Following))
        {
            _reader.Take();
            terms.Add(ParseTerm(filterOperator));
        }
        return new LineFilterStage(position, filterOperator, terms);
    }

    private LineFilterTerm ParseTerm(LineFilterOperator filterOperator)
    {
        var position = _reader.Position;
        if (_reader.Current.IsFunction("ip"))
        {
            if (filterOperator is not (LineFilterOperator.Contains or LineFilterOperator.NotContains))
            {
                throw _reader.Error($"ip(…) stands after |= and !=, not after {filterOperator.Text()}");
            }
            return new LineFilterTerm(position, _filters.ParseAddressPattern(), IsAddress: true);
        }
        var value = _reader.ExpectText("a string or ip(…)");
        Regex? expression = null;
        if (filterOperator is LineFilterOperator.Matches or LineFilterOperator.NotMatches)
        {
            expression = TokenReader.CompileUnanchored(position, value);
        }
        else if (filterOperator is LineFilterOperator.Pattern or LineFilterOperator.NotPattern)
        {
            TokenReader.Compile(position, () => LinePattern.ForFilter(value));
        }
        return new LineFilterTerm(position, value, IsAddress: false) { Expression = expression };
    }

    private UnwrapExpression ParseUnwrap()
    {
        _reader.Take();
        var position = _reader.Position;
        _reader.Take();
        var (label, conversion) = ParseUnwrapLabel();
        var filters = new List<LabelFilter>();
        while (_reader.TryTakeSymbol("|"))
        {
            filters.Add(_filters.Parse());
        }
        return new UnwrapExpression(position, label, conversion, filters);
    }

    private (string Label, UnwrapConversion Conversion) ParseUnwrapLabel()
    {
        var conversion = _reader.Current switch
        {
            { Kind: TokenKind.Function, Text: "bytes" } => UnwrapConversion.Bytes,
            { Kind: TokenKind.Function, Text: "duration" or "duration_seconds" } => UnwrapConversion.Duration,
            _ => UnwrapConversion.None,
        };
        if (conversion == UnwrapConversion.None)
        {
            return (_reader.ExpectName("a label, or bytes(…), duration(…) or duration_seconds(…) around one"), conversion);
        }
        _reader.Take();
        _reader.Expect("(");
        var label = _reader.ExpectName("the name of a label");
        _reader.Expect(")");
        return (label, conversion);
    }
}
