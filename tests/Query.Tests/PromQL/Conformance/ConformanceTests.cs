using Observability.Query.PromQL;

namespace Observability.Query.Tests.PromQL.Conformance;

/// <summary>Every case of every script under tests/Samples/promql.</summary>
public sealed class ConformanceTests
{
    /// <summary>May only fall. Each line of skipped.txt needs native histograms, which no store of ours holds.</summary>
    private const int MostSkipped = 271;

    private static readonly Lazy<IReadOnlyList<Script>> Scripts = new(static () => Directory
        .EnumerateFiles(Path.Combine(SourceTree.Root, "tests", "Samples", "promql"), "*.test")
        .Order(StringComparer.Ordinal)
        .Select(ScriptReader.Read)
        .ToList());

    private static readonly Lazy<HashSet<string>> Skipped = new(static () => File
        .ReadLines(Path.Combine(SourceTree.Root, "tests", "Query.Tests", "PromQL", "skipped.txt"))
        .Where(static line => line.Length > 0 && line[0] != '#')
        .Select(static line => line.Split(' ')[0])
        .ToHashSet(StringComparer.Ordinal));

    public static IEnumerable<TheoryDataRow<string, int, string>> Cases() =>
        from script in Scripts.Value
        from scriptCase in script.Cases
        where !Skipped.Value.Contains($"{script.FileName}:{scriptCase.Line}")
        select new TheoryDataRow<string, int, string>(script.FileName, scriptCase.Line, scriptCase.Query);

    [Theory]
    [MemberData(nameof(Cases), DisableDiscoveryEnumeration = true)]
    public void Case_holds(string file, int line, string query) =>
        Assert.True(CaseRunner.Run(Find(file, line)) is not { } difference, $"{file}:{line} {query}\n{CaseRunner.Run(Find(file, line))}");

    [Fact]
    public void The_scripts_are_all_there() => Assert.Equal(1281, Scripts.Value.Sum(static script => script.Cases.Count));

    [Fact]
    public void The_list_of_skipped_cases_only_shrinks() =>
        Assert.True(Skipped.Value.Count <= MostSkipped, $"{Skipped.Value.Count} cases are skipped, {MostSkipped} were; make the new ones pass");

    [Fact]
    public void A_skipped_case_needs_native_histograms_and_would_fail()
    {
        foreach (var entry in Skipped.Value)
        {
            var place = entry.Split(':');
            var scriptCase = Find(place[0], int.Parse(place[1], System.Globalization.CultureInfo.InvariantCulture));
            Assert.True(NeedsNativeHistograms(scriptCase), $"{entry} has nothing to do with native histograms");
            Assert.True(CaseRunner.Run(scriptCase) is not null, $"{entry} holds now: take it off the list");
        }
    }

    // Either the answer holds one, or the query reads a series that does.
    private static bool NeedsNativeHistograms(ScriptCase scriptCase) =>
        scriptCase.Expected.NeedsNativeHistograms
        || PromQLParser.Parse(scriptCase.Query).Selectors().Any(selector => scriptCase.Data.NativeHistograms.Any(series => selector.Matchers.All(matcher => matcher.Matches(series))));

    private static ScriptCase Find(string file, int line) => Scripts.Value.Single(script => script.FileName == file).Cases.Single(scriptCase => scriptCase.Line == line);
}
