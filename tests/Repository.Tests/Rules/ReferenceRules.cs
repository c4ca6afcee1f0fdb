using System.Text.RegularExpressions;
using Observability.Repository.Tests.Sources;

namespace Observability.Repository.Tests.Rules;

/// <summary>References between projects go one way: the table is AllowedReferences.txt.</summary>
internal static partial class ReferenceRules
{
    public static IReadOnlyDictionary<string, IReadOnlySet<string>> Parse(string table) =>
        RuleData.LinesOf(table)
            .Select(line => line.Split(':'))
            .ToDictionary(
                parts => parts[0].Trim(),
                parts => (IReadOnlySet<string>)parts[1].Split(' ', StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal),
                StringComparer.Ordinal);

    public static IEnumerable<Violation> Check(SourceFile project, IReadOnlyDictionary<string, IReadOnlySet<string>> allowed)
    {
        if (!allowed.TryGetValue(project.Project, out var allowedHere))
        {
            yield return new Violation(project.Path, 1, $"{project.Project} has no line in AllowedReferences.txt");
            yield break;
        }
        foreach (Match match in ProjectReference().Matches(project.Text))
        {
            var target = match.Groups[1].Value;
            if (!allowedHere.Contains(target))
            {
                yield return project.At(match.Index, $"{project.Project} may not reference {target} (AllowedReferences.txt: {string.Join(' ', allowedHere)})");
            }
        }
    }

    /// <summary>The table itself has no way round: following it from a project never leads back to it.</summary>
    public static IEnumerable<string> Cycles(IReadOnlyDictionary<string, IReadOnlySet<string>> allowed) =>
        allowed.Keys.Where(start => Reachable(start, allowed).Contains(start)).Select(start => $"{start} reaches itself");

    private static HashSet<string> Reachable(string start, IReadOnlyDictionary<string, IReadOnlySet<string>> allowed)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var waiting = new Queue<string>(allowed[start]);
        while (waiting.TryDequeue(out var next))
        {
            if (reached.Add(next) && allowed.TryGetValue(next, out var further))
            {
                foreach (var project in further)
                {
                    waiting.Enqueue(project);
                }
            }
        }
        return reached;
    }

    [GeneratedRegex(@"<ProjectReference\s+Include=""[^""]*?([\w-]+)\.csproj""")]
    private static partial Regex ProjectReference();
}
