using Observability.Configuration.Yaml;

namespace Observability.Configuration;

/// <summary>Reads references to environments in other files; each must lead to something that environments.yaml declares.</summary>
internal static class EnvironmentNames
{
    /// <summary>Canonical names and patterns; null when the key is missing. A name may be written as an alias.</summary>
    public static IReadOnlyList<string>? Read(MappingReader mapping, string key, EnvironmentsConfiguration environments)
    {
        if (!mapping.Has(key))
        {
            return null;
        }
        var names = new List<string>();
        foreach (var item in mapping.Items(key))
        {
            if (ReadOne(item, environments, allowPattern: true) is { } name && !names.Contains(name))
            {
                names.Add(name);
            }
        }
        return names;
    }

    public static string? ReadOne(NodeReader item, EnvironmentsConfiguration environments, bool allowPattern)
    {
        if (item.AsText() is not { } text)
        {
            return null;
        }
        if (allowPattern && NamePattern.HasWildcard(text))
        {
            // A pattern is known when it is declared, or when it stands for declared names: "*", "prod*".
            if (environments.Environments.Any(declared => declared.Name == text || NamePattern.Matches(text, declared.Name)))
            {
                return text;
            }
        }
        else if (environments.Resolve(text) is { IsUnknown: false } resolved)
        {
            return resolved.Name;
        }
        var known = environments.Environments.Select(declared => declared.Name);
        item.Error($"environment '{text}' is not declared in environments.yaml; {NearestName.Hint(text, known)}");
        return null;
    }
}
