using System.Globalization;
using System.Text;
using Observability.Query.LogQL.Units;
using Observability.Query.Values;
using Observability.Telemetry;

namespace Observability.Query.LogQL.Syntax;

/// <summary>A condition on the labels that a line has at this point of its pipeline.</summary>
public abstract record LabelFilter(QueryPosition Position) : LogQLNode(Position);

/// <summary><c>name="value"</c> and its kin. A missing label is the empty value; the only filter that sees <c>__error__</c>.</summary>
public sealed record TextLabelFilter(QueryPosition Position, LabelMatcher Matcher) : LabelFilter(Position)
{
    internal override void WriteTo(StringBuilder text) => text.Append(Matcher);
}

/// <summary>What the label's value is read as before it is compared.</summary>
public enum LabelFilterUnit
{
    Number,
    Duration,
    Bytes,
}

/// <summary><c>took &gt; 10s</c>, <c>status != 200</c>, <c>size &gt;= 5KB</c>. A missing label never passes; one that cannot be read passes with <c>__error__</c> set.</summary>
/// <param name="Position">Of the name.</param>
/// <param name="Name">The label.</param>
/// <param name="Operator">A comparison.</param>
/// <param name="Unit">How the label's value is read.</param>
/// <param name="Value">The number; or nanoseconds; or bytes. Decimal, because doubles do not hold all of the last two.</param>
/// <param name="Number">The number as a double when the unit is <see cref="LabelFilterUnit.Number"/>.</param>
public sealed record QuantityLabelFilter(QueryPosition Position, string Name, BinaryOperator Operator, LabelFilterUnit Unit, decimal Value, double Number)
    : LabelFilter(Position)
{
    internal override void WriteTo(StringBuilder text)
    {
        text.Append(Name).Append(' ').Append(Operator.Text()).Append(' ').Append(Unit switch
        {
            LabelFilterUnit.Number => NumberText.Format(Number),
            LabelFilterUnit.Duration => QueryDuration.Format((long)Value),
            _ => Value.ToString(CultureInfo.InvariantCulture) + "B",
        });
    }
}

/// <summary><c>address = ip("10.0.0.0/8")</c>: a single address, a range with a dash, or a prefix.</summary>
public sealed record AddressLabelFilter(QueryPosition Position, string Name, bool IsNegated, string Pattern) : LabelFilter(Position)
{
    internal override void WriteTo(StringBuilder text) =>
        text.Append(Name).Append(IsNegated ? " != ip(" : " = ip(").Append(LabelText.Quote(Pattern)).Append(')');
}

/// <summary>Both (<c>and</c>, a comma, or nothing between the two) or either (<c>or</c>).</summary>
public sealed record CombinedLabelFilter(QueryPosition Position, LabelFilter Left, LabelFilter Right, bool IsBoth) : LabelFilter(Position)
{
    internal override void WriteTo(StringBuilder text)
    {
        text.Append('(');
        Left.WriteTo(text);
        text.Append(IsBoth ? " and " : " or ");
        Right.WriteTo(text);
        text.Append(')');
    }
}
