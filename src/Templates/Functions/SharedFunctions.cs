namespace Observability.Templates;

/// <summary>The functions that Prometheus and Alertmanager both document.</summary>
internal static class SharedFunctions
{
    public static readonly IReadOnlyList<TemplateFunction> All =
    [
        new("toUpper", 1, call => call.Text(0).ToUpperInvariant()),
        new("toLower", 1, call => call.Text(0).ToLowerInvariant()),
        new("match", 2, call => TemplateRegex.For(call.Context, call.Text(0)).IsMatch(call, call.Text(1))),
        new("reReplaceAll", 3, call => TemplateRegex.For(call.Context, call.Text(0)).ReplaceAll(call, call.Text(1), call.Text(2))),
        new("safeHtml", 1, call => TemplateValue.From(call.Text(0), TextTrust.Html)),
    ];
}
