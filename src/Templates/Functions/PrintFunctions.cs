namespace Observability.Templates;

/// <summary>The functions of text/template that turn values into text.</summary>
internal static class PrintFunctions
{
    public static readonly IReadOnlyList<TemplateFunction> All =
    [
        new("print", 0, TemplateFunction.Unlimited, call => Print(call).ToString()),
        new("println", 0, TemplateFunction.Unlimited, PrintLine),
        new("printf", 1, TemplateFunction.Unlimited, PrintFormatted),
        new("html", 0, TemplateFunction.Unlimited, call => TemplateValue.From(Escaped(call, QuotedText.AppendHtml), TextTrust.Html)),
        new("js", 0, TemplateFunction.Unlimited, call => Escaped(call, QuotedText.AppendJavaScript)),
        new("urlquery", 0, TemplateFunction.Unlimited, call => Escaped(call, QuotedText.AppendQuery)),
    ];

    /// <summary>fmt.Sprint: a space between two operands only where neither is a string.</summary>
    private static BoundedText Print(FunctionCall call)
    {
        var output = call.NewText();
        for (var i = 0; i < call.Arguments.Count; i++)
        {
            if (i > 0 && call.Arguments[i].Kind != TemplateKind.Text && call.Arguments[i - 1].Kind != TemplateKind.Text)
            {
                output.Append(' ');
            }
            ValuePrinter.Append(output, call.Arguments[i]);
        }
        return output;
    }

    private static TemplateValue PrintLine(FunctionCall call)
    {
        var output = call.NewText();
        for (var i = 0; i < call.Arguments.Count; i++)
        {
            if (i > 0)
            {
                output.Append(' ');
            }
            ValuePrinter.Append(output, call.Arguments[i]);
        }
        return output.Append('\n').ToString();
    }

    private static TemplateValue PrintFormatted(FunctionCall call)
    {
        var output = call.NewText();
        PrintfFormat.Append(output, call.Context.Options.Limits.OutputCharacters, call.Text(0), [.. call.Arguments.Skip(1)]);
        return output.ToString();
    }

    private static string Escaped(FunctionCall call, Action<BoundedText, string> append)
    {
        var output = call.NewText();
        append(output, Print(call).ToString());
        return output.ToString();
    }
}
