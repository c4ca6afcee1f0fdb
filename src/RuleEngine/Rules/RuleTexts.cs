using Observability.Configuration;
using Observability.RuleEngine.Evaluating;
using Observability.Telemetry;
using Observability.Templates;

namespace Observability.RuleEngine.Rules;

/// <summary>
/// The label and annotation templates of a rule. Parsed at load, where a wrong one is refused; at run time a template that does not fit its data gives its
/// error as text, so that the alert is told all the same.
/// </summary>
internal sealed class RuleTexts
{
    private static readonly RenderLimits Limits = RenderLimits.Default;

    private readonly (string Name, Template Template)[] _labels;
    private readonly (string Name, Template Template)[] _annotations;

    private RuleTexts(Rule rule, (string, Template)[] labels, (string, Template)[] annotations)
    {
        _labels = labels;
        _annotations = annotations;
        LabelTemplates = rule.Labels;
        AnnotationTemplates = rule.Annotations;
    }

    /// <summary>As they stand in the file.</summary>
    public LabelSet LabelTemplates { get; }

    public IReadOnlyList<Label> AnnotationTemplates { get; }

    /// <summary>Null when a template is wrong; each fault was given to <paramref name="refuse"/> with the place in the rule.</summary>
    public static RuleTexts? Parse(Rule rule, string externalUrl, Action<string, string> refuse)
    {
        var functions = TemplateFunctions.Prometheus(null, new Uri(externalUrl));
        var faults = 0;
        (string, Template)[] ParseAll(IEnumerable<Label> texts, string section)
        {
            var parsed = new List<(string, Template)>();
            foreach (var (name, text) in texts)
            {
                try
                {
                    parsed.Add((name, Template.Parse($"{rule.Name}.{name}", text, functions)));
                }
                catch (TemplateException exception)
                {
                    faults++;
                    refuse($"groups.rules.{section}.{name}", exception.Message);
                }
            }
            return [.. parsed];
        }
        var labels = ParseAll(rule.Labels, "labels");
        var annotations = ParseAll(rule.Annotations, "annotations");
        return faults > 0 ? null : new RuleTexts(rule, labels, annotations);
    }

    /// <summary>The alert that an element of the result means: labels without the metric's name, with the rule's and the alert's name; texts filled in.</summary>
    public RuleResult Apply(string alertName, LabelSet labels, double value)
    {
        var data = TemplateValue.From(new RuleData(labels.Select(label => KeyValuePair.Create(label.Name, label.Value)), value));
        var identity = new LabelSetBuilder(labels).Remove(LabelSet.MetricName);
        foreach (var (name, template) in _labels)
        {
            identity.Set(name, Render(template, data));
        }
        identity.Set(LabelNames.AlertName, alertName);
        var annotations = new Dictionary<string, string>(_annotations.Length, StringComparer.Ordinal);
        foreach (var (name, template) in _annotations)
        {
            annotations[name] = Render(template, data);
        }
        return new RuleResult(identity.Build(), value, annotations);
    }

    private static string Render(Template template, TemplateValue data)
    {
        try
        {
            return template.Render(data, Limits);
        }
        catch (TemplateException exception)
        {
            return $"<error expanding template: {exception.Message}>";
        }
    }
}
