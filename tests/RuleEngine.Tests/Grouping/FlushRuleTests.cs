using Observability.Contracts;
using Observability.RuleEngine.Grouping;
using Observability.RuleEngine.Tracking;

namespace Observability.RuleEngine.Tests.Grouping;

public sealed class FlushRuleTests
{
    private static readonly TimeSpan Repeat = TimeSpan.FromHours(4);
    private readonly AlertState _orders = TestAlerts.Firing("prod", "orders");
    private readonly AlertState _stock = TestAlerts.Firing("prod", "stock");

    [Fact]
    public void A_new_alert_is_told() =>
        Assert.Equal(IntentKind.Firing, Decide(new ToldState(), [_orders]).Kind);

    [Fact]
    public void What_was_told_is_not_told_again_before_repeat_interval() =>
        Assert.Null(Decide(Told(_orders), [_orders]).Kind);

    [Fact]
    public void An_unchanged_group_is_told_again_after_repeat_interval() =>
        Assert.Equal(IntentKind.Firing, Decide(Told(_orders), [_orders], after: Repeat).Kind);

    [Fact]
    public void A_second_failed_run_updates_the_conversation_without_a_page()
    {
        var decision = Decide(Told(_orders), [_orders with { Occurrences = 2 }]);
        Assert.Equal((IntentKind.Firing, true), (decision.Kind, decision.IsUpdate));
    }

    [Fact]
    public void A_rule_may_ask_for_a_page_at_each_run()
    {
        var again = _orders with { Occurrences = 2, Annotations = new Dictionary<string, string> { ["obs_renotify"] = "each_run" } };
        Assert.False(Decide(Told(_orders), [again]).IsUpdate);
    }

    [Fact]
    public void The_end_is_told_when_all_is_over() =>
        Assert.Equal(IntentKind.Resolved, Decide(Told(_orders), []).Kind);

    [Fact]
    public void A_muted_alert_that_was_told_and_still_fires_is_not_told_as_over() =>
        Assert.Null(FlushRule.Decide(Told(_orders), [], new HashSet<ulong> { _orders.Labels.Fingerprint }, true, Repeat, TestAlerts.Start).Kind);

    [Fact]
    public void A_part_that_is_over_updates_the_conversation()
    {
        var decision = Decide(Told(_orders, _stock), [_stock]);
        Assert.Equal((IntentKind.Firing, true), (decision.Kind, decision.IsUpdate));
    }

    [Fact]
    public void An_integration_without_send_resolved_hears_no_end() =>
        Assert.Null(Decide(Told(_orders), [], sendResolved: false).Kind);

    [Fact]
    public void Nobody_hears_the_end_of_what_was_never_told() =>
        Assert.Null(Decide(new ToldState(), []).Kind);

    private static FlushDecision Decide(ToldState told, IReadOnlyList<AlertState> firing, TimeSpan after = default, bool sendResolved = true) =>
        FlushRule.Decide(told, firing, firing.Select(alert => alert.Labels.Fingerprint).ToHashSet(), sendResolved, Repeat, TestAlerts.Start + after);

    private static ToldState Told(params IEnumerable<AlertState> alerts) =>
        new() { Ordinal = 1, Incident = 1, At = TestAlerts.Start, Firing = alerts.ToDictionary(alert => alert.Labels.Fingerprint, alert => alert.Occurrences) };
}
