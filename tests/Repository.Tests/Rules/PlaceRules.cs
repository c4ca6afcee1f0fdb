using System.Text.RegularExpressions;
using Observability.Repository.Tests.Sources;

namespace Observability.Repository.Tests.Rules;

/// <summary>Nothing in the repository knows the machine on which it was written.</summary>
internal static partial class PlaceRules
{
    public static IEnumerable<Violation> Check(SourceFile file)
    {
        if (ClientConfiguration().IsMatch(file.Path))
        {
            yield return new Violation(file.Path, 1, "package sources are the business of the machine that builds");
        }
        foreach (Match match in MachinePath().Matches(file.Text))
        {
            yield return file.At(match.Index, $"'{match.Value}' is a path of one machine");
        }
        foreach (Match match in Registry().Matches(file.Text))
        {
            yield return file.At(match.Index, $"'{match.Value}' names a package registry");
        }
    }

    [GeneratedRegex(@"(^|/)(nuget\.config|\.npmrc|pip\.conf|\.pypirc)$", RegexOptions.IgnoreCase)]
    private static partial Regex ClientConfiguration();

    [GeneratedRegex(@"(?<![\w.\-/}~])/(?:work|root|opt/nuget|tmp/wt|tmp/briefs)(?=[/""'\s`)]|$)|\.\./shared(?!/elasticsearch\b)", RegexOptions.Multiline)]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"\bapi\.nuget\.org\b|\bregistry\.npmjs\.org\b|\bpypi\.org\b|\bproxy\.golang\.org\b|\brepo1?\.maven\.[\w.]+|\b[\w.-]*(?:nexus|artifactory)[\w.-]*\.[\w.]+(?=[:/])", RegexOptions.IgnoreCase)]
    private static partial Regex Registry();
}
