using Observability.Configuration.Yaml;

namespace Observability.Configuration;

/// <summary>Reads <c>environments.yaml</c>.</summary>
public static class EnvironmentsReader
{
    private static readonly Dictionary<string, EnvironmentClass> s_classes = new(StringComparer.Ordinal)
    {
        ["production"] = EnvironmentClass.Production,
        ["staging"] = EnvironmentClass.Staging,
        ["development"] = EnvironmentClass.Development,
        ["ephemeral"] = EnvironmentClass.Ephemeral,
    };

    public static ConfigurationResult<EnvironmentsConfiguration> Read(string text, string file, Func<string, string?>? variables = null)
    {
        var context = new ReadingContext(file, "", variables ?? Environment.GetEnvironmentVariable);
        var root = MappingReader.OfRoot(YamlTree.Read(text, context), context);
        return context.Finish(root is null ? null : ReadRoot(root));
    }

    private static EnvironmentsConfiguration ReadRoot(MappingReader root)
    {
        var environments = new List<EnvironmentDefinition>();
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var item in root.Items("environments"))
        {
            if (item.AsMapping() is { } mapping)
            {
                environments.Add(ReadOne(mapping, lines));
            }
        }
        if (environments.Count == 0)
        {
            root.Error("'environments' is missing or empty: every environment would be unknown and only the fallback receiver would hear of anything");
        }
        root.Finish();
        return new EnvironmentsConfiguration(environments);
    }

    private static EnvironmentDefinition ReadOne(MappingReader mapping, Dictionary<string, int> lines)
    {
        var name = mapping.RequiredText("name", "what stands in the environment label, or a pattern such as pr-*");
        if (name.Length > 0)
        {
            CheckName(mapping, name);
            Claim(mapping, "name", name, lines);
        }
        var aliases = new List<string>();
        foreach (var item in mapping.Items("aliases"))
        {
            if (item.AsText()?.Trim().ToLowerInvariant() is { Length: > 0 } alias)
            {
                aliases.Add(alias);
                Claim(mapping, "aliases", alias, lines);
            }
        }
        if (NamePattern.HasWildcard(name) && aliases.Count > 0)
        {
            mapping.Error("aliases", $"an alias stands for one name, and '{name}' is a pattern");
        }
        var definition = new EnvironmentDefinition
        {
            Name = name,
            Line = mapping.Line,
            Aliases = aliases,
            Class = ReadClass(mapping),
            Shard = mapping.Text("shard") ?? EnvironmentsConfiguration.DefaultShard,
        };
        if (!EnvironmentsConfiguration.IsName(definition.Shard))
        {
            mapping.Error("shard", "must be made of lower-case letters, digits, '-', '_' and '.', because queues are named after it");
        }
        mapping.Finish();
        return definition;
    }

    private static void CheckName(MappingReader mapping, string name)
    {
        var literal = name.Replace("*", "", StringComparison.Ordinal).Replace("?", "", StringComparison.Ordinal);
        if (name == DeploymentEnvironment.UnknownName)
        {
            mapping.Error("name", "'unknown' is what an undeclared environment is called; choose another name");
        }
        else if (literal.Length == 0)
        {
            mapping.Error("name", $"'{name}' covers every name, so no environment would ever be unknown; name them");
        }
        else if (!EnvironmentsConfiguration.IsName(literal))
        {
            mapping.Error("name", $"must be at most {EnvironmentsConfiguration.MaximumNameLength} lower-case letters, digits, '-', '_' and '.', not '{name}'");
        }
    }

    private static void Claim(MappingReader mapping, string key, string name, Dictionary<string, int> lines)
    {
        if (!lines.TryAdd(name, mapping.Line))
        {
            mapping.Error(key, $"'{name}' is already taken by the environment in line {lines[name]}");
        }
    }

    private static EnvironmentClass ReadClass(MappingReader mapping)
    {
        var text = mapping.RequiredText("class", $"one of {string.Join(", ", s_classes.Keys)}");
        if (text.Length > 0 && !s_classes.ContainsKey(text))
        {
            mapping.Error("class", $"must be one of {string.Join(", ", s_classes.Keys)}, not '{text}'");
        }
        return s_classes.GetValueOrDefault(text, EnvironmentClass.Development);
    }
}
