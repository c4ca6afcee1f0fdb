using System.Globalization;

namespace Observability.Templates;

/// <summary>Prints values as Go's fmt does for <c>%v</c>.</summary>
internal static class ValuePrinter
{
    /// <summary>Lists in lists. A template can nest a list into itself with every step, so the printer has to stop somewhere.</summary>
    public const int MaximumDepth = 50;

    /// <summary>As an action prints it.</summary>
    public static string ToText(TemplateValue value)
    {
        var output = new BoundedText(int.MaxValue);
        AppendAction(output, value);
        return output.ToString();
    }

    public static void AppendAction(BoundedText output, TemplateValue value)
    {
        switch (value.Kind)
        {
            case TemplateKind.Nil:
                output.Append("<no value>");
                break;
            case TemplateKind.Function:
                throw new TemplateFunctionException("a function cannot be printed; call it");
            default:
                Append(output, value);
                break;
        }
    }

    public static void Append(BoundedText output, TemplateValue value, int depth = 0)
    {
        switch (value.Kind)
        {
            case TemplateKind.Nil:
                output.Append("<nil>");
                break;
            case TemplateKind.Bool:
                output.Append(value.AsBool ? "true" : "false");
                break;
            case TemplateKind.Integer:
                output.Append(value.AsInteger.ToString(CultureInfo.InvariantCulture));
                break;
            case TemplateKind.Float:
                output.Append(FloatText.Shortest(value.AsFloat));
                break;
            case TemplateKind.Text:
                output.Append(value.AsText);
                break;
            case TemplateKind.Time:
                TimeLayout.Append(output, value.AsTime, TimeLayout.Default);
                break;
            case TemplateKind.Duration:
                output.Append(DurationText.Print(value.AsNanoseconds));
                break;
            default:
                AppendComposite(output, value, depth, (element, inner) => Append(output, element, inner));
                break;
        }
    }

    /// <summary>Lists as <c>[a b]</c>, maps as <c>map[a:1 b:2]</c>, each element by <paramref name="appendElement"/>.</summary>
    public static void AppendComposite(BoundedText output, TemplateValue value, int depth, Action<TemplateValue, int> appendElement)
    {
        if (depth >= MaximumDepth)
        {
            throw new TemplateFunctionException($"the value is nested more than {MaximumDepth} deep");
        }
        if (OwnText(value) is { } own)
        {
            output.Append(own);
            return;
        }
        var isMap = value.Kind == TemplateKind.Map;
        output.Append(isMap ? "map[" : "[");
        var first = true;
        foreach (var (key, element) in isMap ? value.AsMap.Entries : value.AsList.Items.Select(item => KeyValuePair.Create("", item)))
        {
            if (!first)
            {
                output.Append(' ');
            }
            first = false;
            if (isMap)
            {
                output.Append(key).Append(':');
            }
            appendElement(element, depth + 1);
        }
        output.Append(']');
    }

    private static string? OwnText(TemplateValue value) => value.Kind switch
    {
        TemplateKind.List => value.AsList.OwnText,
        TemplateKind.Map => value.AsMap.OwnText,
        TemplateKind.Object => value.AsObject.OwnText,
        _ => value.AsFunction.Name,
    };
}
