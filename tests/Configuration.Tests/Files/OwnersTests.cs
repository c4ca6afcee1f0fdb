namespace Observability.Configuration.Tests.Files;

public sealed class OwnersTests
{
    private const string File =
        """
        teams:
          team-orders: {name: Orders, slack_id: S0ORDERS, channel: '#orders', email: orders@example.com, aliases: [orders-squad]}
          team-finance: {}
        people:
          ana: {name: Ana, team: team-orders, email: ana@example.com, aliases: [ana-gh]}
        assets:
          - {pipeline: orders_daily, tier: critical}
          - {pipeline: 'orders*', owner: team-orders}
          - {source: dbt, owner: team-finance}
          - {source: airflow, pipeline: etl, task: load_*, owner: ana}
        """;

    private static readonly OwnersConfiguration s_owners = Reading.Value(OwnersReader.Read(File, "owners.yaml"));

    [Theory]
    [InlineData("", "dbt", "orders_daily", "", "team-orders", OwnerStep.Asset, "asset rule in line 8 of owners.yaml")]
    [InlineData("ana-gh", "dbt", "orders_daily", "", "ana", OwnerStep.Hint, "'ana-gh' is ana in owners.yaml")]
    [InlineData("@ANA", "dbt", "orders_daily", "", "ana", OwnerStep.Hint, "'ANA' is ana in owners.yaml")]
    [InlineData("orders@example.com", "x", "y", "", "team-orders", OwnerStep.Hint, "'orders@example.com' is team-orders in owners.yaml")]
    [InlineData("S0ORDERS", "x", "y", "", "team-orders", OwnerStep.Hint, "'S0ORDERS' is team-orders in owners.yaml")]
    [InlineData("ghost|orders-squad", "x", "y", "", "team-orders", OwnerStep.Hint, "'orders-squad' is team-orders in owners.yaml")]
    [InlineData("ghost", "dbt", "billing", "", "team-finance", OwnerStep.Asset, "'ghost' is nobody in owners.yaml; asset rule in line 9 of owners.yaml")]
    [InlineData("", "airflow", "etl", "load_orders", "ana", OwnerStep.Asset, "asset rule in line 10 of owners.yaml")]
    [InlineData("", "airflow", "etl", "", null, OwnerStep.None, "no asset rule of owners.yaml covers source 'airflow', pipeline 'etl'")]
    public void The_chain_says_who_and_which_step_decided(string hints, string source, string pipeline, string task, string? owner, OwnerStep step, string reason)
    {
        var resolution = s_owners.Resolve(hints.Split('|'), source, pipeline, task);
        Assert.Equal((owner, step, reason), (resolution.Owner?.Id, resolution.Step, resolution.Reason));
    }

    [Fact]
    public void A_person_without_a_channel_is_told_in_the_teams()
    {
        var ana = s_owners.Find("ana")!;
        Assert.Equal(("#orders", "ana@example.com", "team-orders", OwnerKind.Person), (ana.Channel, ana.Email, ana.Team, ana.Kind));
        Assert.Equal("team-finance", s_owners.Find("team-finance")!.Name);
    }

    [Fact]
    public void The_tier_is_that_of_the_first_rule_that_sets_one() =>
        Assert.Equal(("critical", ""), (s_owners.TierOf("dbt", "orders_daily"), s_owners.TierOf("dbt", "orders_weekly")));

    [Theory]
    [InlineData("people: {ana: {team: team-a}}", "1:10 people.ana.team: team 'team-a' is not defined under 'teams'; none is known here")]
    [InlineData("assets: [{owner: ana, pipeline: x}]", "1:11 assets[0].owner: 'ana' is neither a team nor a person of this file; none is known here")]
    [InlineData("assets: [{pipeline: x}]", "1:10 assets[0]: says nothing: write an owner, a tier or both")]
    [InlineData("teams: {a: {aliases: [x]}, b: {aliases: [X]}}", "1:28 : 'X' stands for both 'a' and 'b'; a name that a source reports must mean one owner")]
    [InlineData("teams: {a: {email: nobody}}", "1:13 teams.a.email: must be a mail address, not 'nobody'")]
    [InlineData("teams: {a: {chanel: x}}", "1:13 teams.a: unknown key 'chanel'; did you mean 'channel'?")]
    public void Faults_are_refused(string text, string expected) => Reading.AssertErrors(OwnersReader.Read(text, "owners.yaml"), expected);

    [Fact]
    public void Steps_on_disk_never_change() => Assert.Equal((0, 1, 2), ((int)OwnerStep.None, (int)OwnerStep.Hint, (int)OwnerStep.Asset));
}
