using Observability.Configuration.Yaml;
using Observability.Telemetry;

namespace Observability.Configuration;

/// <summary>Reads a rule file: the shape and the names here, expressions and templates by <see cref="RuleChecks"/>.</summary>
public static class RuleFileReader
{
    /// <param name="text">The file's text.</param>
    /// <param name="file">As messages name it: <c>rules/pipelines.yaml</c>.</param>
    /// <param name="language">The language of its expressions.</param>
    /// <param name="checks">Judges of expressions and templates.</param>
    public static ConfigurationResult<RuleFile> Read(string text, string file, RuleLanguage language, RuleChecks checks)
    {
        var context = new ReadingContext(file, "");
        var root = MappingReader.OfRoot(YamlTree.Read(text, context), context);
        return context.Finish(root is null ? null : ReadRoot(root, text, language, checks));
    }

    /// <summary>Reads the text of exactly one group, as an API is sent it: the group's keys at the top, or a rule file with one group in it.</summary>
    public static ConfigurationResult<RuleFile> ReadOneGroup(string text, string file, RuleLanguage language, RuleChecks checks)
    {
        var context = new ReadingContext(file, "");
        if (MappingReader.OfRoot(YamlTree.Read(text, context), context) is not { } root)
        {
            return context.Finish<RuleFile>(null);
        }
        if (!root.Has("groups"))
        {
            var group = ReadGroup(root, language, checks);
            return context.Finish(new RuleFile { Path = file, Language = language, OriginalText = text, Groups = [group] });
        }
        var whole = ReadRoot(root, text, language, checks);
        if (whole.Groups.Count != 1)
        {
            root.Error("groups", $"holds {whole.Groups.Count} groups; exactly one is expected here");
        }
        return context.Finish(whole);
    }

    private static RuleFile ReadRoot(MappingReader root, string text, RuleLanguage language, RuleChecks checks)
    {
        var groups = new List<RuleGroup>();
        foreach (var item in root.Items("groups"))
        {
            if (item.AsMapping() is not { } mapping)
            {
                continue;
            }
            var group = ReadGroup(mapping, language, checks);
            if (group.Name.Length > 0 && groups.Find(other => other.Name == group.Name) is { } first)
            {
                mapping.Error("name", $"group '{group.Name}' is defined twice in this file; first in line {first.Line}");
            }
            groups.Add(group);
        }
        root.Finish();
        return new RuleFile { Path = root.Context.File, Language = language, OriginalText = text, Groups = groups };
    }

    private static RuleGroup ReadGroup(MappingReader mapping, RuleLanguage language, RuleChecks checks)
    {
        var labels = ReadLabels(mapping, language, checks: null);
        var group = new RuleGroup
        {
            File = mapping.Context.File,
            Name = mapping.RequiredText("name", "a group is addressed by its name"),
            Line = mapping.Line,
            Language = language,
            Interval = mapping.Duration("interval") is { } interval && interval > TimeSpan.Zero ? interval : null,
            QueryOffset = mapping.Duration("query_offset") ?? TimeSpan.Zero,
            Limit = mapping.Integer("limit", otherwise: 0),
            Labels = LabelSet.Of(labels),
            Rules = [.. mapping.Items("rules").Select(item => item.AsMapping()).OfType<MappingReader>().Select(rule => ReadRule(rule, labels, language, checks))],
        };
        mapping.Finish();
        return group;
    }

    private static Rule ReadRule(MappingReader mapping, List<Label> groupLabels, RuleLanguage language, RuleChecks checks)
    {
        var record = mapping.Text("record");
        var alert = mapping.Text("alert");
        if (string.IsNullOrEmpty(record) == string.IsNullOrEmpty(alert))
        {
            mapping.Error(string.IsNullOrEmpty(record) ? "needs 'alert' (the alert's name) or 'record' (the metric's name)" : "has both 'record' and 'alert'; make two rules");
        }
        var isAlert = string.IsNullOrEmpty(record);
        if (!isAlert)
        {
            RefuseForRecording(mapping);
            if (!RuleNames.IsMetricName(record!))
            {
                mapping.Error("record", $"'{record}' is not the name of a metric; labels are set under 'labels'");
            }
        }
        var rule = new Rule
        {
            Name = (isAlert ? alert : record) ?? "",
            IsAlert = isAlert,
            Line = mapping.Line,
            Expression = ReadExpression(mapping, checks.For(language)),
            ExpressionLine = mapping.Value("expr")?.Node is YamlScalar expression ? expression.Line + (expression.IsBlock ? 1 : 0) : mapping.Line,
            For = mapping.Duration("for") ?? TimeSpan.Zero,
            KeepFiringFor = mapping.Duration("keep_firing_for") ?? TimeSpan.Zero,
            Labels = LabelSet.Of(groupLabels.Concat(ReadLabels(mapping, language, isAlert ? checks : null))),
            Annotations = ReadAnnotations(mapping, checks),
        };
        mapping.Finish();
        return rule;
    }

    private static void RefuseForRecording(MappingReader mapping)
    {
        foreach (var key in (string[])["for", "keep_firing_for", "annotations"])
        {
            if (mapping.Has(key))
            {
                mapping.Error(key, "belongs to alerting rules; a recording rule has none");
            }
        }
    }

    private static string ReadExpression(MappingReader mapping, Func<string, string?>? check)
    {
        var expression = mapping.RequiredText("expr", "the expression that is evaluated");
        if (expression.Length > 0 && check?.Invoke(expression) is { } problem)
        {
            mapping.Value("expr")?.Error(problem);
        }
        return expression;
    }

    private static List<Label> ReadLabels(MappingReader parent, RuleLanguage language, RuleChecks? checks)
    {
        var labels = new List<Label>();
        foreach (var (name, value) in parent.Mapping("labels")?.Entries() ?? [])
        {
            var text = value.Node is YamlScalar { IsNull: true } ? "" : value.AsText() ?? "";
            if (RuleNames.ProblemOfLabel(name.Value, language) is { } problem)
            {
                value.Context.Error(name, value.Path, problem);
            }
            if (name.Value == "severity" && text.Length > 0 && RuleNames.ProblemOfSeverity(text) is { } severityProblem)
            {
                value.Warn(severityProblem);
            }
            if (checks?.Template?.Invoke(text) is { } templateProblem)
            {
                value.Error(templateProblem);
            }
            labels.Add(new Label(name.Value, text));
        }
        return labels;
    }

    private static List<Label> ReadAnnotations(MappingReader parent, RuleChecks checks)
    {
        var annotations = new List<Label>();
        foreach (var (name, value) in parent.Mapping("annotations")?.Entries() ?? [])
        {
            var text = value.Node is YamlScalar { IsNull: true } ? "" : value.AsText() ?? "";
            if (name.Value.Length == 0)
            {
                value.Context.Error(name, value.Path, "an annotation needs a name");
            }
            if ((RuleNames.ProblemOfAnnotation(name.Value, text) ?? checks.Template?.Invoke(text)) is { } problem)
            {
                value.Error(problem);
            }
            annotations.Add(new Label(name.Value, text));
        }
        return annotations;
    }
}
