using System.Globalization;

namespace Observability.Templates;

/// <summary>JSON as Go's encoding/json writes it: sorted keys, <c>&lt; &gt; &amp;</c> escaped, so that it may stand in HTML.</summary>
internal static class JsonText
{
    public static void Append(BoundedText output, TemplateValue value, int depth = 0)
    {
        if (depth > ValuePrinter.MaximumDepth)
        {
            throw new TemplateFunctionException($"the value is nested more than {ValuePrinter.MaximumDepth} deep");
        }
        switch (value.Kind)
        {
            case TemplateKind.Nil:
                output.Append("null");
                break;
            case TemplateKind.Float:
                AppendNumber(output, value.AsFloat);
                break;
            case TemplateKind.Duration:
                output.Append(value.AsNanoseconds.ToString(CultureInfo.InvariantCulture));
                break;
            case TemplateKind.Bool or TemplateKind.Integer:
                ValuePrinter.Append(output, value);
                break;
            case TemplateKind.Text:
                AppendText(output, value.AsText);
                break;
            case TemplateKind.Time:
                output.Append('"');
                TimeLayout.Append(output, value.AsTime, TimeLayout.Rfc3339WithFraction);
                output.Append('"');
                break;
            case TemplateKind.List:
                AppendList(output, value.AsList, depth);
                break;
            case TemplateKind.Map:
                AppendMembers(output, value.AsMap.Entries, depth);
                break;
            case TemplateKind.Object:
                AppendMembers(output, value.AsObject.JsonMembers, depth);
                break;
            default:
                throw new TemplateFunctionException("a function has no JSON form");
        }
    }

    private static void AppendNumber(BoundedText output, double value)
    {
        if (!double.IsFinite(value))
        {
            throw new TemplateFunctionException($"{FloatText.Shortest(value)} has no JSON form");
        }
        var size = Math.Abs(value);
        output.Append(FloatText.Format(value, size != 0 && size is < 1e-6 or >= 1e21 ? 'e' : 'f', precision: -1));
    }

    private static void AppendText(BoundedText output, string text)
    {
        output.Append('"');
        QuotedText.AppendJson(output, text);
        output.Append('"');
    }

    private static void AppendList(BoundedText output, TemplateList list, int depth)
    {
        output.Append('[');
        for (var i = 0; i < list.Count; i++)
        {
            output.Append(i > 0 ? "," : "");
            Append(output, list.Items[i], depth + 1);
        }
        output.Append(']');
    }

    private static void AppendMembers(BoundedText output, IEnumerable<KeyValuePair<string, TemplateValue>> members, int depth)
    {
        var separator = "{";
        foreach (var (name, value) in members)
        {
            output.Append(separator);
            separator = ",";
            AppendText(output, name);
            output.Append(':');
            Append(output, value, depth + 1);
        }
        output.Append(separator == "{" ? "{}" : "}");
    }
}
