using Observability.Repository.Tests.Rules;
using Observability.Repository.Tests.Sources;

namespace Observability.Repository.Tests.Bites;

public sealed class TreeRuleTests
{
    [Fact]
    public void A_reference_against_the_direction_is_found()
    {
        var allowed = ReferenceRules.Parse("A:\nB: A\n# comment\n");
        Assert.Empty(ReferenceRules.Check(Project("src/B/B.csproj", "<ProjectReference Include=\"../A/A.csproj\" />"), allowed));
        Assert.Contains("A may not reference B", Single(ReferenceRules.Check(Project("src/A/A.csproj", "<ProjectReference Include=\"../B/B.csproj\" />"), allowed)), StringComparison.Ordinal);
        Assert.Contains("no line", Single(ReferenceRules.Check(Project("src/C/C.csproj", ""), allowed)), StringComparison.Ordinal);
        Assert.Equal(["A reaches itself", "B reaches itself"], ReferenceRules.Cycles(ReferenceRules.Parse("A: B\nB: A\nC: A")));
    }

    [Fact]
    public void A_service_that_may_reference_another_would_be_found_in_the_table()
    {
        var allowed = ReferenceRules.Parse(RuleData.Read("AllowedReferences.txt"));
        string[] services = ["Collector", "RuleEngine", "Notifier", "Portal"];
        Assert.All(services, service => Assert.Empty(allowed[service].Intersect(services)));
    }

    [Fact]
    public void A_version_in_a_project_file_is_found()
    {
        Assert.Single(ProjectRules.Versions(Project("src/A/A.csproj", "<PackageReference Include=\"Polly.Core\" Version=\"8.0.0\" />")));
        Assert.Empty(ProjectRules.Versions(Project("src/A/A.csproj", "<PackageReference Include=\"Polly.Core\" />")));
    }

    [Fact]
    public void A_project_outside_the_solution_without_code_or_readme_is_found()
    {
        var project = Project("src/A/A.csproj", "");
        Assert.Single(ProjectRules.Membership(project, "Project(\"{1}\") = \"B\", \"src\\B\\B.csproj\", \"{2}\""));
        Assert.Empty(ProjectRules.Membership(project, "Project(\"{1}\") = \"A\", \"src\\A\\A.csproj\", \"{2}\""));
        Assert.Equal(2, ProjectRules.Content(project, Paths("src/A/A.csproj", "src/AB/C.cs")).Count());
        Assert.Empty(ProjectRules.Content(project, Paths("src/A/A.csproj", "src/A/C.cs", "src/A/README.md")));
    }

    [Fact]
    public void A_path_in_a_readme_that_does_not_exist_is_found()
    {
        var readme = new SourceFile("README.md", "See `src/A/`, `src/A/C.cs`, `src/Gone/`, `tests/*.Tests`, `application/json`, `config/<name>.yaml`.");
        Assert.Equal("README.md:1: `src/Gone/` does not exist", Single(ReadmeRules.Paths(readme, Paths("src/", "src/A/", "src/A/C.cs"))));
    }

    [Fact]
    public void Stages_that_differ_between_readme_and_folders_are_found()
    {
        var readme = new SourceFile("src/Collector/README.md", "`Receiving → Sources → Spooling → RuleEngine/Consuming`\n");
        Assert.Empty(ReadmeRules.Stages(readme, ["Receiving", "Sources", "Spooling"]));
        Assert.Equal(
            ["src/Collector/README.md:1: no line with arrows names the stage Indexing",
                "src/Collector/README.md:1: names the stage Spooling, which is no folder of Collector",
                "src/Collector/README.md:1: does not mention the folder Indexing",
                "src/Collector/README.md:1: does not mention the folder Api"],
            ReadmeRules.Stages(readme, ["Receiving", "Sources", "Indexing", "Api"]).Select(violation => violation.ToString()));
    }

    [Theory]
    [InlineData("cd /work/main", true)]
    [InlineData("\"/root/.nuget\"", true)]
    [InlineData("see ../shared/notes.md", true)]
    [InlineData("https://api.nuget.org/v3/index.json", true)]
    [InlineData("https://nexus.example.com/repository/x", true)]
    [InlineData("default ../shared/elasticsearch", false)]
    [InlineData("https://example.com/work/1", false)]
    [InlineData("src/work/a.cs and network/root/", false)]
    public void Paths_of_a_machine_and_registries_are_found(string text, bool isFound) =>
        Assert.Equal(isFound, PlaceRules.Check(new SourceFile("README.md", text)).Any());

    [Fact]
    public void A_file_that_names_package_sources_is_found() => Assert.Single(PlaceRules.Check(new SourceFile("NuGet.Config", "<configuration />")));

    [Fact]
    public void Samples_without_a_licence_a_line_or_a_file_are_found()
    {
        const string index = "# Samples\n- dbt/good.json — dbt-labs/dbt-core : tests/a.json @ 1 — Apache-2.0 — trimmed\n- dbt/free.json — somebody — no licence file\n- dbt/gone.json — ours — MIT\n- loki/ — grafana/loki @ 2 — Apache-2.0\n";
        Assert.Equal(
            ["INDEX.md: 'dbt/free.json' needs an origin and one of the licences Apache-2.0, MIT, BSD, or 'ours'", "INDEX.md: dbt/gone.json does not exist", "tests/Samples/dbt/unlisted.json has no line in INDEX.md"],
            SampleRules.Licences(index, ["dbt/good.json", "dbt/free.json", "dbt/unlisted.json", "loki/push.json"]));
    }

    [Fact]
    public void A_source_without_samples_or_a_line_in_the_catalog_is_found()
    {
        const string catalog = "[new DbtCloud.Source(), new Run.Source(), new GitHub.Source()]";
        Assert.Empty(SampleRules.Sources(["DbtCloud", "Run", "GitHub"], ["dbt_cloud", "github"], catalog));
        Assert.Equal(
            ["src/Collector/Sources/Looker has no recorded samples in tests/Samples", "src/Collector/Sources/Looker is not in SourceCatalog.cs"],
            SampleRules.Sources(["Looker"], ["github"], catalog));
    }

    private static SourceFile Project(string path, string content) => new(path, $"<Project>{content}</Project>");

    private static HashSet<string> Paths(params string[] paths) => [.. paths];

    private static string Single(IEnumerable<Violation> violations) => violations.Single().ToString();
}
