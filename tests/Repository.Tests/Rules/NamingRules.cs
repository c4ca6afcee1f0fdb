using System.Text.RegularExpressions;
using Observability.Repository.Tests.Sources;

namespace Observability.Repository.Tests.Rules;

/// <summary>Names say what a thing does; nothing is abbreviated; a test's name is a sentence.</summary>
internal static partial class NamingRules
{
    public static IEnumerable<Violation> Types(SourceFile file) =>
        from match in TypeDeclaration().Matches(file.Code)
        where RefusedSuffix().IsMatch(match.Groups[1].Value)
        select file.At(match.Index, $"type {match.Groups[1].Value}: name what it does; Manager, Helper, Util, Common and Base say nothing");

    public static IEnumerable<Violation> Abbreviations(SourceFile file) =>
        from match in Abbreviation().Matches(file.Code)
        select file.At(match.Index, $"'{match.Value}': write the word out");

    public static IEnumerable<Violation> Tests(SourceFile file) =>
        from match in TestMethod().Matches(file.Code)
        let name = match.Groups[1].Value
        where !name.Contains('_', StringComparison.Ordinal)
        select file.At(match.Groups[1].Index, $"test {name}: write a sentence with underscores that says what holds");

    /// <summary>
    /// Whoever calls a class or interface of another project reads what it is without opening it.
    /// Records and enums are left out: a family of them (the nodes of a syntax tree) often says with its names all that there is to say.
    /// </summary>
    public static IEnumerable<Violation> UndocumentedPublicTypes(SourceFile file)
    {
        var lines = file.Text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (!PublicType().IsMatch(lines[i]))
            {
                continue;
            }
            var above = i - 1;
            while (above >= 0 && lines[above].StartsWith('['))
            {
                above--;
            }
            if (above < 0 || !lines[above].StartsWith("///", StringComparison.Ordinal))
            {
                yield return new Violation(file.Path, i + 1, $"'{lines[i].Trim()}' is public and has no documentation comment");
            }
        }
    }

    [GeneratedRegex(@"\b(?:class|struct|interface|enum|record(?:\s+struct|\s+class)?)\s+(?!struct\b|class\b)([A-Z]\w*)")]
    private static partial Regex TypeDeclaration();

    [GeneratedRegex(@"(Manager|Helpers?|Utils?|Utilit(y|ies)|Common|Base)$")]
    private static partial Regex RefusedSuffix();

    [GeneratedRegex(@"\b_?(cfg|ctx|mgr|svc|msg|req|resp|idx|cnt|conn|param|params_|impl)\b")]
    private static partial Regex Abbreviation();

    [GeneratedRegex(@"\[(?:Fact|Theory)\b[^\n]*\n(?:\s*\[[^\n]*\n)*\s*public\s+(?:static\s+)?(?:async\s+)?[\w<>]+\s+(\w+)\s*[(<]")]
    private static partial Regex TestMethod();

    [GeneratedRegex(@"^public\s+(?:(?:static|sealed|abstract|partial|readonly|ref|unsafe)\s+)*(?:class|interface)\b")]
    private static partial Regex PublicType();
}
