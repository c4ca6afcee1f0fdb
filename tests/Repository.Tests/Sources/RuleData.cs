using System.Globalization;
using Observability.TestKit;

namespace Observability.Repository.Tests.Sources;

/// <summary>The lines of the text files beside this project: <c>#</c> at the start of a line begins a comment.</summary>
internal static class RuleData
{
    public static IReadOnlyList<string> LinesOf(string text) =>
        [.. text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#')];

    public static string Read(string name) => File.ReadAllText(RepositoryRoot.PathOf($"tests/Repository.Tests/{name}"));
}

/// <summary>Lengths above the rule's: each is the length that the file or method has now, so that it can only shrink.</summary>
internal sealed class Ratchet
{
    private readonly Dictionary<string, int> _lengths = [];

    public static Ratchet Parse(string text)
    {
        var ratchet = new Ratchet();
        foreach (var line in RuleData.LinesOf(text))
        {
            var end = line.LastIndexOf(' ');
            ratchet._lengths[line[..end]] = int.Parse(line[(end + 1)..], CultureInfo.InvariantCulture);
        }
        return ratchet;
    }

    /// <summary>Null when <paramref name="length"/> is right; else what to do.</summary>
    public string? Judge(string key, int length, int limit) => (_lengths.TryGetValue(key, out var allowed), length) switch
    {
        (true, _) when length <= limit => $"is {length} lines now: remove its line from Ratchet.txt",
        (true, _) when length < allowed => $"shrank to {length} lines: lower its line in Ratchet.txt from {allowed}",
        (true, _) when length > allowed => $"grew to {length} lines, Ratchet.txt holds it at {allowed}: split it",
        (true, _) => null,
        _ => length > limit ? $"is {length} lines, {limit} are allowed: split it" : null,
    };
}
