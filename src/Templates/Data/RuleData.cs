namespace Observability.Templates;

/// <summary>What the templates of a rule's labels and annotations get: <c>.Labels</c>, <c>.Value</c>, <c>.ExternalLabels</c>, <c>.ExternalURL</c>, and the variables of the same meaning.</summary>
/// <param name="Labels">Labels of the series that satisfied the expression, without those of the rule.</param>
/// <param name="Value">The value of that series.</param>
public sealed record RuleData(IEnumerable<KeyValuePair<string, string>> Labels, double Value) : ITemplateObject
{
    public IEnumerable<KeyValuePair<string, string>> ExternalLabels { get; init; } = [];

    public string ExternalUrl { get; init; } = "";

    public string TypeName => "rule data";

    public bool TryGetField(string name, out TemplateValue value)
    {
        switch (name)
        {
            case "Labels":
                value = TemplateValue.From(TemplateMap.OfTexts(Labels));
                return true;
            case "Value":
                value = Value;
                return true;
            case "ExternalLabels":
                value = TemplateValue.From(TemplateMap.OfTexts(ExternalLabels));
                return true;
            case "ExternalURL":
                value = ExternalUrl;
                return true;
            default:
                value = TemplateValue.Nil;
                return false;
        }
    }
}
