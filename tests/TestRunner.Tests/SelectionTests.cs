namespace Observability.TestRunner.Tests;

public sealed class SelectionTests
{
    [Fact]
    public void Wide_projects_come_last_and_filters_match_parts_of_names()
    {
        string[] projects = ["EndToEnd.Tests", "Query.Tests", "Integration.Tests", "Collector.Tests"];
        Assert.Equal(["Collector.Tests", "Query.Tests", "Integration.Tests", "EndToEnd.Tests"], TestProjects.InOrder(projects, []));
        Assert.Equal(["Query.Tests", "Integration.Tests"], TestProjects.InOrder(projects, ["query", "integ"]));
        Assert.Empty(TestProjects.InOrder(projects, ["nothing"]));
    }

    [Fact]
    public void Projects_are_found_on_disk() => Assert.Contains("TestRunner.Tests", TestProjects.OnDisk());

    [Fact]
    public void A_budget_may_have_a_second_number_for_all_and_a_project_without_a_line_gets_the_default()
    {
        var budgets = Budgets.Parse("# project seconds\nA.Tests 5\n\nB.Tests 10 600  # kill loops\n");
        Assert.Equal((5, 5), (budgets.SecondsOf("A.Tests", runsAll: false), budgets.SecondsOf("A.Tests", runsAll: true)));
        Assert.Equal((10, 600), (budgets.SecondsOf("B.Tests", runsAll: false), budgets.SecondsOf("B.Tests", runsAll: true)));
        Assert.Equal(Budgets.DefaultSeconds, budgets.SecondsOf("C.Tests", runsAll: false));
    }

    [Theory]
    [InlineData("A.Tests")]
    [InlineData("A.Tests soon")]
    [InlineData("A.Tests 0")]
    [InlineData("A.Tests 1 2 3")]
    public void A_line_in_another_form_is_refused_with_its_number(string line) =>
        Assert.Contains("budgets.txt:2", Assert.Throws<FormatException>(() => Budgets.Parse("\n" + line)).Message, StringComparison.Ordinal);
}
