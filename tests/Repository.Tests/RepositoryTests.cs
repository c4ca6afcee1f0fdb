using Observability.Repository.Tests.Rules;
using Observability.Repository.Tests.Sources;

namespace Observability.Repository.Tests;

/// <summary>The rules of the house, held against the files on disk. Each rule is a function over texts; its own tests are in Bites.</summary>
public sealed class RepositoryTests
{
    private static IEnumerable<SourceFile> Projects => RepositoryFiles.All.Where(file => file.Path.EndsWith(".csproj", StringComparison.Ordinal));

    private static IEnumerable<SourceFile> Readmes => RepositoryFiles.All.Where(file => Path.GetFileName(file.Path) == "README.md" && !file.IsSample);

    [Fact]
    public void A_file_has_at_most_400_lines_and_a_Program_60()
    {
        var ratchet = Ratchet.Parse(RuleData.Read("Ratchet.txt"));
        AssertNone(RepositoryFiles.All.Where(file => file.IsCSharp || file.Path.EndsWith(".razor", StringComparison.Ordinal)).SelectMany(file => SizeRules.Files(file, ratchet)));
    }

    [Fact]
    public void A_method_has_at_most_60_lines()
    {
        var ratchet = Ratchet.Parse(RuleData.Read("Ratchet.txt"));
        AssertNone(RepositoryFiles.CSharp.SelectMany(file => SizeRules.Methods(file, ratchet)));
    }

    [Fact]
    public void No_refused_word_stands_in_code_and_no_exception_is_left_over()
    {
        var allowed = AllowedWords.Parse(RuleData.Read("AllowedWords.txt"));
        AssertNone(RepositoryFiles.CSharp.SelectMany(file => WordRules.Check(file, allowed)));
        Assert.Empty(allowed.Unused);
    }

    [Fact]
    public void No_work_is_left_unfinished() =>
        AssertNone(RepositoryFiles.All.Where(file => !file.IsSample && !file.IsRuleItself).SelectMany(WordRules.UnfinishedWork));

    [Fact]
    public void No_type_has_a_name_that_says_nothing() => AssertNone(RepositoryFiles.CSharp.SelectMany(NamingRules.Types));

    [Fact]
    public void No_name_is_abbreviated() => AssertNone(RepositoryFiles.CSharp.SelectMany(NamingRules.Abbreviations));

    [Fact]
    public void Names_of_tests_are_sentences() => AssertNone(RepositoryFiles.CSharp.Where(file => file.IsTest).SelectMany(NamingRules.Tests));

    [Fact]
    public void Public_types_are_documented() => AssertNone(RepositoryFiles.CSharp.Where(file => file.IsProduct).SelectMany(NamingRules.UndocumentedPublicTypes));

    [Fact]
    public void Log_event_ids_are_unique_and_in_their_services_range() => AssertNone(LogEventRules.Check(RepositoryFiles.CSharp));

    [Fact]
    public void References_go_one_way()
    {
        var allowed = ReferenceRules.Parse(RuleData.Read("AllowedReferences.txt"));
        Assert.Empty(ReferenceRules.Cycles(allowed));
        AssertNone(Projects.Where(project => project.IsProduct).SelectMany(project => ReferenceRules.Check(project, allowed)));
    }

    [Fact]
    public void No_project_names_a_package_version() => AssertNone(Projects.SelectMany(ProjectRules.Versions));

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = RepositoryFiles.All.Single(file => file.Path == "Observability.sln").Text;
        AssertNone(Projects.SelectMany(project => ProjectRules.Membership(project, solution)));
    }

    [Fact]
    public void No_project_is_empty_and_each_under_src_explains_itself() =>
        AssertNone(Projects.SelectMany(project => ProjectRules.Content(project, RepositoryFiles.Paths)));

    [Fact]
    public void Every_path_that_a_readme_names_exists() => AssertNone(Readmes.SelectMany(readme => ReadmeRules.Paths(readme, RepositoryFiles.Paths)));

    [Fact]
    public void The_stages_in_a_services_readme_are_its_folders()
    {
        var services = RepositoryFiles.All
            .Where(file => file.Path.Split('/') is ["src", _, var name] && name.EndsWith("Path.cs", StringComparison.Ordinal))
            .Select(file => file.Project).ToHashSet(StringComparer.Ordinal);
        AssertNone(Readmes
            .Where(readme => readme.Path.Split('/') is ["src", var project, _] && services.Contains(project))
            .SelectMany(readme => ReadmeRules.Stages(readme, FoldersOf($"src/{readme.Project}/"))));
    }

    [Fact]
    public void Nothing_knows_the_machine_on_which_it_was_written() =>
        AssertNone(RepositoryFiles.All.Where(file => !file.IsSample && !file.IsRuleItself).SelectMany(PlaceRules.Check));

    [Fact]
    public void Every_sample_has_an_origin_and_a_licence()
    {
        var samples = RepositoryFiles.All.Where(file => file.IsSample).ToList();
        var index = samples.FirstOrDefault(file => file.Path == "tests/Samples/INDEX.md")?.Text ?? "";
        AssertNone(SampleRules.Licences(index, [.. samples.Select(file => file.Path["tests/Samples/".Length..]).Where(path => path != "INDEX.md")]));
    }

    [Fact]
    public void Every_source_has_recorded_samples_and_a_line_in_the_catalog()
    {
        var catalog = RepositoryFiles.All.FirstOrDefault(file => file.Path == "src/Collector/Sources/SourceCatalog.cs")?.Text ?? "";
        AssertNone(SampleRules.Sources(FoldersOf("src/Collector/Sources/"), FoldersOf("tests/Samples/"), catalog));
    }

    [Fact]
    public void Messages_exist_once_and_stored_numbers_are_held_by_a_test()
    {
        AssertNone(FrozenFormRules.Copies(RepositoryFiles.All));
        AssertNone(FrozenFormRules.UnheldNumbers(RepositoryFiles.All));
    }

    private static IReadOnlyCollection<string> FoldersOf(string folder) =>
        [.. RepositoryFiles.Paths
            .Where(path => path.StartsWith(folder, StringComparison.Ordinal) && path.EndsWith('/'))
            .Select(path => path[folder.Length..])
            .Where(path => path.Count(character => character == '/') == 1)
            .Select(path => path.TrimEnd('/'))];

    private static void AssertNone(IEnumerable<Violation> violations) => AssertNone(violations.Select(violation => violation.ToString()));

    private static void AssertNone(IEnumerable<string> violations)
    {
        var found = violations.ToList();
        Assert.True(found.Count == 0, $"{found.Count} found:\n{string.Join('\n', found.Take(50))}");
    }
}
