using System.Globalization;
using System.Text.RegularExpressions;
using Observability.Repository.Tests.Sources;

namespace Observability.Repository.Tests.Rules;

/// <summary>A log event's id names one message of one service, so that an operator can alert on it and search for it.</summary>
internal static partial class LogEventRules
{
    /// <summary>The thousand that a project's ids lie in.</summary>
    private static readonly Dictionary<string, int> _thousands = new()
    {
        ["Collector"] = 1, ["RuleEngine"] = 2, ["Notifier"] = 3, ["Messaging"] = 4,
        ["LogStore"] = 5, ["MetricStore"] = 5, ["StateStore"] = 5, ["Durability"] = 5,
        ["Portal"] = 6, ["ServiceDefaults"] = 7, ["Standalone"] = 7, ["Configuration"] = 7,
    };

    public static IEnumerable<Violation> Check(IEnumerable<SourceFile> files)
    {
        var first = new Dictionary<int, string>();
        foreach (var file in files.Where(file => file.IsProduct))
        {
            foreach (Match match in LoggerMessage().Matches(file.Code))
            {
                var id = int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
                if (!_thousands.TryGetValue(file.Project, out var thousand) || id / 1000 != thousand)
                {
                    yield return file.At(match.Index, $"event id {id}: ids of {file.Project} lie in {(thousand == 0 ? "no range yet: give it one in LogEventRules" : $"the {thousand}000s")}");
                }
                if (!first.TryAdd(id, file.Path))
                {
                    yield return file.At(match.Index, $"event id {id} is already used in {first[id]}");
                }
                if (!file.Path.EndsWith("/Log.cs", StringComparison.Ordinal))
                {
                    yield return file.At(match.Index, "log messages of a folder stand together in its Log.cs");
                }
            }
        }
    }

    [GeneratedRegex(@"\[LoggerMessage\(\s*(?:EventId\s*=\s*)?(\d+)")]
    private static partial Regex LoggerMessage();
}
