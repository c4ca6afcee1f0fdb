using System.Text.RegularExpressions;
using Observability.Repository.Tests.Sources;

namespace Observability.Repository.Tests.Rules;

/// <summary>What is on disk or on the wire exists once and is held by a test.</summary>
internal static partial class FrozenFormRules
{
    /// <summary>A message is declared in Contracts and nowhere a second time.</summary>
    public static IEnumerable<Violation> Copies(IReadOnlyCollection<SourceFile> files)
    {
        var messages = files.Where(file => file is { IsProduct: true, Project: "Contracts" })
            .SelectMany(file => Record().Matches(file.Code)).Select(match => match.Groups[1].Value).ToHashSet(StringComparer.Ordinal);
        return from file in files
               where file.IsProduct && file.Project != "Contracts"
               from match in Record().Matches(file.Code)
               where messages.Contains(match.Groups[1].Value)
               select file.At(match.Index, $"{match.Groups[1].Value} is a message of Contracts; use that one");
    }

    /// <summary>A public enum whose members all have numbers is stored or sent somewhere; a test has to hold the numbers.</summary>
    public static IEnumerable<Violation> UnheldNumbers(IReadOnlyCollection<SourceFile> files)
    {
        var tests = files.Where(file => file.IsTest && file.IsCSharp).Select(file => file.Code).ToList();
        return from file in files
               where file.IsProduct && file.IsCSharp
               from match in Enum().Matches(file.Code)
               let name = match.Groups[1].Value
               where match.Groups[2].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).All(member => member.Contains('=', StringComparison.Ordinal))
               where !file.Code[..match.Index].TrimEnd().EndsWith("[Flags]", StringComparison.Ordinal)
               where !tests.Any(test => Regex.IsMatch(test, $@"\b{name}\b"))
               select file.At(match.Index, $"the numbers of {name} are stored or sent; write a test that holds them");
    }

    [GeneratedRegex(@"\brecord(?:\s+struct|\s+class)?\s+(?!struct\b|class\b)([A-Z]\w*)")]
    private static partial Regex Record();

    [GeneratedRegex(@"\bpublic\s+enum\s+(\w+)[^{;]*\{([^}]*)\}")]
    private static partial Regex Enum();
}
