using System.Text.RegularExpressions;
using Observability.Query.LogQL.Lines;
using Observability.Query.LogQL.Syntax;
using Observability.Query.Values;
using Observability.Telemetry;

namespace Observability.Query.LogQL.Parsing;

/// <summary>The stages behind a <c>|</c>: parsers, formats, label selections, label filters.</summary>
internal sealed class StageParser(TokenReader reader, LabelFilterParser filters)
{
    private const string Expected = "a label filter or one of json, logfmt, pattern, regexp, unpack, line_format, label_format, decolorize, drop, keep, unwrap";

    public PipelineStage Parse()
    {
        var position = reader.Position;
        if (reader.Current.Kind is TokenKind.Name or TokenKind.Function || reader.Current.IsSymbol("("))
        {
            return IsXmlParser() ? ParseXml(position) : new LabelFilterStage(position, filters.Parse());
        }
        if (reader.Current.Kind != TokenKind.Keyword)
        {
            throw reader.Unexpected(Expected);
        }
        switch (reader.Current.Text)
        {
            case "json":
                reader.Take();
                return new JsonStage(position, ParseExtractions(static path => JsonPath.Parse(path)));
            case "logfmt":
                return ParseLogfmt(position);
            case "regexp":
                return ParseRegexp(position);
            case "pattern":
                return ParsePattern(position);
            case "unpack":
                reader.Take();
                return new UnpackStage(position);
            case "decolorize":
                reader.Take();
                return new DecolorizeStage(position);
            case "line_format":
                reader.Take();
                return new LineFormatStage(position, reader.ExpectText("a template as a string"));
            case "label_format":
                return ParseLabelFormat(position);
            case "drop":
                reader.Take();
                return new DropStage(position, ParseSelections());
            case "keep":
                reader.Take();
                return new KeepStage(position, ParseSelections());
            default:
                throw reader.Unexpected(Expected);
        }
    }

    // xml is no keyword in the versions before it, so a label of that name stays usable: only what cannot begin a filter is the parser.
    private bool IsXmlParser() =>
        reader.Current is { Kind: TokenKind.Name, Text: "xml" }
        && !(reader.Following.Kind == TokenKind.Symbol && reader.Following.Text is "=" or "!=" or "=~" or "!~" or "==" or ">" or ">=" or "<" or "<=");

    private XmlStage ParseXml(QueryPosition position)
    {
        reader.Take();
        return new XmlStage(position, ParseExtractions(static _ => { }));
    }

    private LogfmtStage ParseLogfmt(QueryPosition position)
    {
        reader.Take();
        var (strict, keepsEmpty) = (false, false);
        while (reader.TryTake(TokenKind.Flag, out var flag))
        {
            strict |= flag.Text == "--strict";
            keepsEmpty |= flag.Text == "--keep-empty";
        }
        return new LogfmtStage(position, strict, keepsEmpty, ParseExtractions(static path => LogfmtReader.ValidateKey(path)));
    }

    private List<LabelExtraction> ParseExtractions(Action<string> validate)
    {
        var extractions = new List<LabelExtraction>();
        if (reader.Current.Kind != TokenKind.Name)
        {
            return extractions;
        }
        do
        {
            var position = reader.Position;
            var target = reader.ExpectName("the name of a label");
            var path = reader.TryTakeSymbol("=") ? reader.ExpectText("a path as a string") : target;
            TokenReader.Compile(position, () =>
            {
                validate(path);
                return path;
            });
            extractions.Add(new LabelExtraction(position, target, path));
        }
        while (reader.TryTakeSymbol(","));
        return extractions;
    }

    private RegexpStage ParseRegexp(QueryPosition position)
    {
        reader.Take();
        var at = reader.Position;
        var expression = reader.ExpectText("an expression as a string");
        var compiled = TokenReader.CompileUnanchored(at, expression);
        if (!NamesOf(compiled).Any())
        {
            throw reader.Error("the expression names no group; write (?P<name>…) around what becomes a label", at);
        }
        foreach (var name in NamesOf(compiled))
        {
            if (!LabelText.IsPlainName(name))
            {
                throw reader.Error($"the group '{name}' is not the name of a label", at);
            }
        }
        return new RegexpStage(position, expression) { Compiled = compiled };
    }

    private static IEnumerable<string> NamesOf(Regex expression) => expression.GetGroupNames().Where(static name => !char.IsAsciiDigit(name[0]));

    private PatternStage ParsePattern(QueryPosition position)
    {
        reader.Take();
        var at = reader.Position;
        var expression = reader.ExpectText("a pattern as a string");
        TokenReader.Compile(at, () => LinePattern.ForParser(expression));
        return new PatternStage(position, expression);
    }

    private LabelFormatStage ParseLabelFormat(QueryPosition position)
    {
        reader.Take();
        var formats = new List<LabelFormat>();
        do
        {
            var at = reader.Position;
            var target = reader.ExpectName("the name of a label");
            reader.Expect("=");
            if (target is LogQLLabels.Error or LogQLLabels.ErrorDetails)
            {
                throw reader.Error($"{target} cannot be written; it says what failed in the pipeline", at);
            }
            if (formats.Exists(format => format.Target == target))
            {
                throw reader.Error($"'{target}' is written twice in one label_format; use two stages", at);
            }
            var isTemplate = reader.TryTake(TokenKind.Text, out var template);
            formats.Add(new LabelFormat(at, target, isTemplate ? template.Text : reader.ExpectName("the name of a label, or a template as a string"), isTemplate));
        }
        while (reader.TryTakeSymbol(","));
        return new LabelFormatStage(position, formats);
    }

    private List<LabelSelection> ParseSelections()
    {
        var selections = new List<LabelSelection>();
        do
        {
            var position = reader.Position;
            var hasMatcher = reader.Following.Kind == TokenKind.Symbol && LabelFilterParser.IsMatchOperator(reader.Following.Text);
            var matcher = hasMatcher ? filters.ParseMatcher() : null;
            selections.Add(new LabelSelection(position, matcher?.Name ?? reader.ExpectName("the name of a label"), matcher));
        }
        while (reader.TryTakeSymbol(","));
        return selections;
    }
}
