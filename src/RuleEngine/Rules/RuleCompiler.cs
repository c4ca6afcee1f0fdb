using Observability.Configuration;
using Observability.Query.PromQL;
using Observability.Query.Values;

namespace Observability.RuleEngine.Rules;

/// <summary>Turns checked rule groups into evaluable ones. Collects every error with its line; a group with one error is not used at all.</summary>
internal static class RuleCompiler
{
    public static IReadOnlyList<CompiledGroup> Compile(LoadedConfiguration configuration, ICollection<ConfigurationError> errors)
    {
        var groups = new List<CompiledGroup>();
        foreach (var group in configuration.RuleGroups)
        {
            var rules = new List<CompiledRule>();
            for (var i = 0; i < group.Rules.Count; i++)
            {
                if (CompileRule(group, group.Rules[i], i, configuration.Settings, errors) is { } rule)
                {
                    rules.Add(rule);
                }
            }
            groups.Add(new CompiledGroup
            {
                Key = $"{group.File};{group.Name}",
                Name = group.Name,
                File = group.File,
                Interval = group.Interval ?? configuration.Settings.EvaluationInterval,
                QueryOffset = group.QueryOffset,
                Limit = group.Limit,
                Rules = rules,
                Selectors = [.. rules.SelectMany(rule => rule.Expression.Selectors().Select(selector => selector.Matchers))],
            });
        }
        return groups;
    }

    private static CompiledRule? CompileRule(RuleGroup group, Rule rule, int position, SettingsConfiguration settings, ICollection<ConfigurationError> errors)
    {
        void Refuse(int line, string path, string message) => errors.Add(new ConfigurationError(group.File, line, 0, path, message));

        if (group.Language == RuleLanguage.LogQL)
        {
            Refuse(rule.Line, "groups.rules.expr", "rules over logs are not yet evaluated; use a metric of the source, or keep the file outside of rules/logs until they are");
            return null;
        }
        if (!rule.IsAlert)
        {
            Refuse(rule.Line, "groups.rules.record", "recording rules are not yet evaluated; write the expression into the alerting rule");
            return null;
        }
        if (rule.Annotation("obs_kind") is not null)
        {
            Refuse(rule.Line, "groups.rules.annotations.obs_kind", "notices of good news are not yet told; remove the annotation");
            return null;
        }

        var texts = RuleTexts.Parse(rule, settings.ExternalUrl, (path, message) => Refuse(rule.Line, path, message));
        try
        {
            var expression = PromQLParser.Parse(rule.Expression);
            if (expression.Kind is not (ValueKind.InstantVector or ValueKind.Scalar))
            {
                Refuse(rule.ExpressionLine, "groups.rules.expr", $"gives a {expression.Kind}; an alert needs an instant vector or a scalar");
                return null;
            }
            return texts is null ? null : new CompiledRule
            {
                Key = $"{group.File};{group.Name};{rule.Name};{SameNameBefore(group, position)}",
                Name = rule.Name,
                File = group.File,
                Group = group.Name,
                Line = rule.Line,
                ExpressionText = rule.Expression,
                Expression = expression,
                For = rule.For,
                KeepFiringFor = rule.KeepFiringFor,
                Texts = texts,
                GeneratorUrl = $"{settings.ExternalUrl}/rules?alert={Uri.EscapeDataString(rule.Name)}",
            };
        }
        catch (QueryException exception)
        {
            var line = rule.ExpressionLine + (exception.Position?.Line ?? 1) - 1;
            Refuse(line, "groups.rules.expr", exception.Message);
            return null;
        }
    }

    // Rules of one name are told apart by their order among themselves, so that a rule added elsewhere in the group changes no key.
    private static int SameNameBefore(RuleGroup group, int position) =>
        group.Rules.Take(position).Count(other => other.Name == group.Rules[position].Name);
}
