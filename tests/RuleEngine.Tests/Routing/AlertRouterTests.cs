using FsCheck;
using FsCheck.Fluent;
using Observability.Contracts;
using Observability.RuleEngine.Routing;

namespace Observability.RuleEngine.Tests.Routing;

public sealed class AlertRouterTests
{
    private static readonly NoticeOwner Owned = new("team-orders", "a test says so");
    private static readonly NoticeOwner Unowned = new(NoticeOwner.Unowned, "nobody");

    [Fact]
    public void A_prod_alert_reaches_the_prod_receiver_and_nobody_else()
    {
        var open = OpenReceivers("prod", Owned);
        Assert.Equal(["prod"], open);
    }

    [Fact]
    public void A_dev_alert_that_a_route_sends_to_the_prod_receiver_is_stopped_by_the_environment_filter()
    {
        var configuration = new TestConfiguration().With("alerting.yaml", TestConfiguration.Alerting.Replace("environment=\"prod\"", "environment=~\"prod|dev\"", StringComparison.Ordinal));
        var decisions = configuration.Build().Router.Decide(TestAlerts.Firing("dev"), Owned);
        var stopped = Assert.Single(decisions, decision => decision.Receiver == "prod");
        Assert.False(stopped.IsOpen);
        Assert.Equal("environment", stopped.Verdict.Stage);
        Assert.Contains("may not hear of dev", stopped.Verdict.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("unknown")]
    public void Without_a_known_environment_only_the_fallback_hears(string environment) =>
        Assert.Equal(["fallback"], OpenReceivers(environment, Owned));

    [Fact]
    public void Without_an_owner_the_fallback_hears_too() =>
        Assert.Equal(["prod", "fallback"], OpenReceivers("prod", Unowned));

    [Fact]
    public void The_resolved_owner_is_matched_as_a_label_without_being_part_of_the_identity()
    {
        var configuration = new TestConfiguration().With("alerting.yaml", """
            route:
              receiver: fallback
              routes:
                - matchers: ['owner="team-orders"']
                  receiver: prod
            receivers: [{ name: fallback }, { name: prod }, { name: dev }]
            """);
        var decisions = configuration.Build().Router.Decide(TestAlerts.Firing("prod"), Owned);
        Assert.Equal("prod", Assert.Single(decisions).Receiver);
        Assert.False(TestAlerts.Firing("prod").Labels.Has("owner"));
    }

    [Fact]
    public void No_receiver_hears_of_an_environment_that_its_policy_does_not_allow_whatever_the_routes_say()
    {
        string[] environments = ["prod", "staging", "dev", "pr-7", "unknown", ""];
        var graph = new TestConfiguration().With("alerting.yaml", """
            route:
              receiver: fallback
              routes:
                - { matchers: ['a="1"'], receiver: prod, continue: true }
                - { matchers: ['b=~".+"'], receiver: dev, continue: true, routes: [{ matchers: ['c!="x"'], receiver: prod }] }
                - { receiver: dev }
            receivers: [{ name: fallback }, { name: prod }, { name: dev }]
            """).Build();
        Prop.ForAll(Gen.Elements(environments).ToArbitrary(), Gen.Elements("", "1", "2").Three().ToArbitrary(), (environment, values) =>
        {
            var alert = TestAlerts.Firing(environment, "orders", 1, ("a", values.Item1), ("b", values.Item2), ("c", values.Item3));
            return graph.Router.Decide(alert, Owned).Where(decision => decision.IsOpen).All(decision => decision.Receiver switch
            {
                "prod" => environment == "prod",
                "dev" => environment is "dev" or "pr-7",
                _ => true,
            });
        }).QuickCheckThrowOnFailure();
    }

    private static IEnumerable<string> OpenReceivers(string environment, NoticeOwner owner) =>
        new TestConfiguration().Build().Router.Decide(TestAlerts.Firing(environment), owner).Where(decision => decision.IsOpen).Select(decision => decision.Receiver);
}
