using Observability.Configuration.Yaml;
using Observability.Telemetry;

namespace Observability.Configuration;

/// <summary>Reads the three spellings of conditions: <c>match</c>, <c>match_re</c> and <c>matchers</c>, with a prefix in inhibition rules.</summary>
internal static class MatchersReader
{
    public static IReadOnlyList<LabelMatcher> Read(MappingReader mapping, string prefix = "")
    {
        var matchers = new List<LabelMatcher?>();
        ReadMap(mapping, prefix + "match", MatchOperator.Equal, matchers);
        ReadMap(mapping, prefix + "match_re", MatchOperator.Regex, matchers);
        foreach (var item in mapping.Items(prefix + "matchers"))
        {
            if (item.AsText() is not { } text)
            {
                continue;
            }
            if (MatcherText.TryParse(text, out var parsed, out var error))
            {
                matchers.AddRange(parsed);
            }
            else
            {
                item.Error($"{error} (in '{text}')");
            }
        }
        return MatcherText.Sort(matchers.OfType<LabelMatcher>());
    }

    private static void ReadMap(MappingReader mapping, string key, MatchOperator matchOperator, List<LabelMatcher?> matchers)
    {
        foreach (var (name, value) in mapping.Mapping(key)?.Entries() ?? [])
        {
            if (!LabelText.IsPlainName(name.Value))
            {
                value.Context.Error(name, value.Path, $"'{name.Value}' is not a label name; in 'matchers' any name can stand in double quotes");
            }
            matchers.Add(value.AsMatcher(name.Value, matchOperator));
        }
    }

    /// <summary>A list of label names without repeats.</summary>
    public static IReadOnlyList<string> ReadLabelNames(MappingReader mapping, string key)
    {
        var names = new List<string>();
        foreach (var item in mapping.Items(key))
        {
            var name = item.AsText();
            if (string.IsNullOrEmpty(name))
            {
                item.Error("must be the name of a label");
            }
            else if (names.Contains(name))
            {
                item.Error($"label '{name}' is listed twice");
            }
            else
            {
                names.Add(name);
            }
        }
        return names;
    }
}
