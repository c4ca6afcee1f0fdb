namespace Observability.Templates;

/// <summary>The functions that only notification templates have.</summary>
internal static class AlertmanagerFunctions
{
    public static IReadOnlyList<TemplateFunction> All(TimeProvider timeProvider) =>
    [
        new("title", 1, call => TitleCase.Of(call.Text(0), lowersRest: true)),
        new("trimSpace", 1, call => call.Text(0).Trim()),
        new("join", 2, Join),
        new("stringSlice", 0, TemplateFunction.Unlimited, call => TemplateValue.Texts([.. call.Arguments.Select((_, index) => call.Text(index))])),
        new("safeUrl", 1, call => TemplateValue.From(call.Text(0), TextTrust.Url)),
        new("urlUnescape", 1, call => QuotedText.UnescapeQuery(call.Text(0))),
        new("date", 2, FormatDate),
        new("tz", 2, call => TemplateValue.From(call.Time(1).In(call.Text(0)))),
        new("now", 0, _ => TemplateValue.From(new TemplateTime(timeProvider.GetUtcNow(), "UTC"))),
        new("since", 1, call => TemplateValue.From(timeProvider.GetUtcNow() - call.Time(0).Moment)),
        new("toJson", 1, ToJson),
        new("list", 0, TemplateFunction.Unlimited, call => TemplateValue.List([.. call.Arguments])),
        new("append", 1, TemplateFunction.Unlimited, Append),
        new("dict", 0, TemplateFunction.Unlimited, Dictionary),
    ];

    private static TemplateValue Join(FunctionCall call)
    {
        var (separator, list) = (call.Text(0), call.List(1));
        var output = call.NewText();
        for (var i = 0; i < list.Count; i++)
        {
            output.Append(i > 0 ? separator : "");
            output.Append(list.Items[i] is { Kind: TemplateKind.Text } text
                ? text.AsText
                : throw new TemplateFunctionException($"element {i} of the list is {list.Items[i].TypeName}; expected string"));
        }
        call.Context.Charge(list.Count);
        return output.ToString();
    }

    private static TemplateValue FormatDate(FunctionCall call)
    {
        var output = call.NewText();
        TimeLayout.Append(output, call.Time(1), call.Text(0));
        return output.ToString();
    }

    private static TemplateValue ToJson(FunctionCall call)
    {
        var output = call.NewText();
        JsonText.Append(output, call.Arguments[0]);
        return output.ToString();
    }

    private static TemplateValue Append(FunctionCall call)
    {
        var items = call.List(0).Items;
        call.Context.Charge(items.Count);
        return TemplateValue.List([.. items, .. call.Arguments.Skip(1)]);
    }

    private static TemplateValue Dictionary(FunctionCall call)
    {
        if (call.Arguments.Count % 2 != 0)
        {
            throw new TemplateFunctionException($"dict takes keys and values in turn; found {call.Arguments.Count} arguments");
        }
        var pairs = Enumerable.Range(0, call.Arguments.Count / 2).Select(i => KeyValuePair.Create(call.Text(2 * i), call.Arguments[(2 * i) + 1]));
        return TemplateValue.From(new TemplateMap(pairs));
    }
}
