using System.Text;
using System.Text.RegularExpressions;
using Observability.Query.Values;
using Observability.Telemetry;

namespace Observability.Query.LogQL.Syntax;

/// <summary>One step of a log pipeline.</summary>
public abstract record PipelineStage(QueryPosition Position) : LogQLNode(Position);

/// <summary>How a line filter compares. The order is that of <see cref="LineFilterOperators"/>' texts.</summary>
public enum LineFilterOperator
{
    Contains,
    NotContains,
    Matches,
    NotMatches,
    Pattern,
    NotPattern,
}

/// <summary>The operators' texts, and which of them are negated.</summary>
public static class LineFilterOperators
{
    private static readonly string[] Texts = ["|=", "!=", "|~", "!~", "|>", "!>"];

    public static string Text(this LineFilterOperator filterOperator) => Texts[(int)filterOperator];

    public static bool IsNegated(this LineFilterOperator filterOperator) =>
        filterOperator is LineFilterOperator.NotContains or LineFilterOperator.NotMatches or LineFilterOperator.NotPattern;

    internal static bool TryParse(string text, out LineFilterOperator filterOperator)
    {
        var index = Array.IndexOf(Texts, text);
        filterOperator = (LineFilterOperator)Math.Max(index, 0);
        return index >= 0;
    }
}

/// <summary>One alternative of a line filter: a text, an expression or a pattern, or with <paramref name="IsAddress"/> what <c>ip("…")</c> names.</summary>
public sealed record LineFilterTerm(QueryPosition Position, string Value, bool IsAddress) : LogQLNode(Position)
{
    /// <summary>Compiled while parsing, so that a wrong expression is refused with its position. Null unless the operator takes an expression.</summary>
    internal Regex? Expression { get; init; }

    internal override void WriteTo(StringBuilder text)
    {
        text.Append(IsAddress ? "ip(" : "").Append(LabelText.Quote(Value)).Append(IsAddress ? ")" : "");
    }
}

/// <summary><c>|= "a" or "b"</c>. A line passes when one term holds; under a negated operator, when none does.</summary>
public sealed record LineFilterStage(QueryPosition Position, LineFilterOperator Operator, IReadOnlyList<LineFilterTerm> Terms) : PipelineStage(Position)
{
    internal override void WriteTo(StringBuilder text) => text.Append(Operator.Text()).Append(' ').AppendJoin(" or ", Terms);
}

/// <summary><c>target="path"</c> after <c>json</c>, <c>logfmt</c> or <c>xml</c>; the path equals the target when none is written.</summary>
public sealed record LabelExtraction(QueryPosition Position, string Target, string Path) : LogQLNode(Position)
{
    internal override void WriteTo(StringBuilder text) => text.Append(Target).Append('=').Append(LabelText.Quote(Path));
}

public sealed record JsonStage(QueryPosition Position, IReadOnlyList<LabelExtraction> Extractions) : PipelineStage(Position)
{
    internal override void WriteTo(StringBuilder text) => StageText.Write(text, "| json", Extractions);
}

/// <summary>Parsed so that no query of Loki's newest versions is a syntax error; not evaluated yet.</summary>
public sealed record XmlStage(QueryPosition Position, IReadOnlyList<LabelExtraction> Extractions) : PipelineStage(Position)
{
    internal override void WriteTo(StringBuilder text) => StageText.Write(text, "| xml", Extractions);
}

/// <param name="Position">Of the keyword.</param>
/// <param name="IsStrict">The first malformed pair ends the parsing with an error instead of being skipped.</param>
/// <param name="KeepsEmpty">Keys without a value become labels too.</param>
/// <param name="Extractions">Empty for all keys.</param>
public sealed record LogfmtStage(QueryPosition Position, bool IsStrict, bool KeepsEmpty, IReadOnlyList<LabelExtraction> Extractions) : PipelineStage(Position)
{
    internal override void WriteTo(StringBuilder text) =>
        StageText.Write(text, "| logfmt" + (IsStrict ? " --strict" : "") + (KeepsEmpty ? " --keep-empty" : ""), Extractions);
}

public sealed record RegexpStage(QueryPosition Position, string Expression) : PipelineStage(Position)
{
    internal Regex? Compiled { get; init; }

    internal override void WriteTo(StringBuilder text) => text.Append("| regexp ").Append(LabelText.Quote(Expression));
}

public sealed record PatternStage(QueryPosition Position, string Expression) : PipelineStage(Position)
{
    internal override void WriteTo(StringBuilder text) => text.Append("| pattern ").Append(LabelText.Quote(Expression));
}

public sealed record UnpackStage(QueryPosition Position) : PipelineStage(Position)
{
    internal override void WriteTo(StringBuilder text) => text.Append("| unpack");
}

public sealed record DecolorizeStage(QueryPosition Position) : PipelineStage(Position)
{
    internal override void WriteTo(StringBuilder text) => text.Append("| decolorize");
}

public sealed record LineFormatStage(QueryPosition Position, string Template) : PipelineStage(Position)
{
    internal override void WriteTo(StringBuilder text) => text.Append("| line_format ").Append(LabelText.Quote(Template));
}

/// <summary><c>target=source</c> renames, <c>target="template"</c> writes.</summary>
/// <param name="Position">Of the target.</param>
/// <param name="Target">The label that is written.</param>
/// <param name="Value">The source label's name, or the template.</param>
/// <param name="IsTemplate">Which of the two.</param>
public sealed record LabelFormat(QueryPosition Position, string Target, string Value, bool IsTemplate) : LogQLNode(Position)
{
    internal override void WriteTo(StringBuilder text) => text.Append(Target).Append('=').Append(IsTemplate ? LabelText.Quote(Value) : Value);
}

public sealed record LabelFormatStage(QueryPosition Position, IReadOnlyList<LabelFormat> Formats) : PipelineStage(Position)
{
    internal override void WriteTo(StringBuilder text) => text.Append("| label_format ").AppendJoin(", ", Formats);
}

/// <summary>A label by name, or by name and value when <paramref name="Matcher"/> is there.</summary>
public sealed record LabelSelection(QueryPosition Position, string Name, LabelMatcher? Matcher) : LogQLNode(Position)
{
    internal override void WriteTo(StringBuilder text) => text.Append(Matcher?.ToString() ?? Name);

    internal bool Selects(string name, string value) => name == Name && (Matcher is null || Matcher.Matches(value));
}

public sealed record DropStage(QueryPosition Position, IReadOnlyList<LabelSelection> Labels) : PipelineStage(Position)
{
    internal override void WriteTo(StringBuilder text) => text.Append("| drop ").AppendJoin(", ", Labels);
}

public sealed record KeepStage(QueryPosition Position, IReadOnlyList<LabelSelection> Labels) : PipelineStage(Position)
{
    internal override void WriteTo(StringBuilder text) => text.Append("| keep ").AppendJoin(", ", Labels);
}

public sealed record LabelFilterStage(QueryPosition Position, LabelFilter Filter) : PipelineStage(Position)
{
    internal override void WriteTo(StringBuilder text)
    {
        text.Append("| ");
        Filter.WriteTo(text);
    }
}

internal static class StageText
{
    public static void Write(StringBuilder text, string keyword, IReadOnlyList<LabelExtraction> extractions)
    {
        text.Append(keyword).Append(extractions.Count > 0 ? " " : "").AppendJoin(", ", extractions);
    }
}
