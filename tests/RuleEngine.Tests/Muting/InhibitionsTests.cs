using FsCheck;
using FsCheck.Fluent;
using Observability.Configuration;
using Observability.RuleEngine.Muting;
using Observability.RuleEngine.Tracking;
using Observability.Telemetry;

namespace Observability.RuleEngine.Tests.Muting;

public sealed class InhibitionsTests
{
    private static readonly string[] Severities = ["critical", "warning", "info"];

    private static readonly InhibitRule[] Rules =
    [
        Rule([Equal("severity", "critical")], [Equal("severity", "warning")], "pipeline"),
        Rule([Equal("severity", "warning")], [new LabelMatcher("severity", MatchOperator.NotEqual, "critical")], "environment", "pipeline"),
    ];

    [Fact]
    public void Any_history_of_alerts_holds_back_whom_a_walk_over_all_of_them_holds_back()
    {
        var alert = Gen.Choose(0, 2).Zip(Gen.Choose(0, 2)).Zip(Gen.Choose(0, 3)).Zip(Gen.Choose(0, 1));
        Prop.ForAll(alert.ListOf().ToArbitrary(), history =>
        {
            var inhibitions = new Inhibitions(Rules);
            var alerts = new Dictionary<ulong, AlertState>();
            foreach (var (((severity, pipeline), task), ends) in history)
            {
                var next = TestAlerts.Firing("prod", $"p{pipeline}", 1, ("severity", Severities[severity]), ("task", $"{task}")) with { Phase = ends == 1 ? AlertPhase.Resolved : AlertPhase.Firing };
                alerts[next.Labels.Fingerprint] = next;
                inhibitions.Follow(next);
            }
            foreach (var target in alerts.Values)
            {
                var expected = Rules.Select(rule => Walk(rule, target, alerts.Values)).FirstOrDefault(found => found is not null);
                Assert.Equal(expected, inhibitions.InhibitorOf(target));
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Values_that_look_alike_behind_each_other_are_not_equal()
    {
        var inhibitions = new Inhibitions([Rule([Equal("severity", "critical")], [Equal("severity", "warning")], "a", "b")]);
        inhibitions.Follow(TestAlerts.Firing("prod", "p", 1, ("severity", "critical"), ("a", "x1:y"), ("b", "z")));
        Assert.Null(inhibitions.InhibitorOf(TestAlerts.Firing("prod", "p", 1, ("severity", "warning"), ("a", "x"), ("b", "y1:z"))));
    }

    private static ulong? Walk(InhibitRule rule, AlertState target, IEnumerable<AlertState> alerts)
    {
        bool Is(IReadOnlyList<LabelMatcher> matchers, AlertState alert) => matchers.All(matcher => matcher.Matches(alert.Labels));
        var sources = alerts.Where(source => source.IsFiring && Is(rule.SourceMatchers, source)
            && rule.Equal.All(name => source.Labels[name] == target.Labels[name])
            && !(Is(rule.SourceMatchers, target) && Is(rule.TargetMatchers, source)));
        if (!Is(rule.TargetMatchers, target))
        {
            return null;
        }
        // Of the plain ones the lowest, else the lowest of those that match both sides.
        return sources.OrderBy(source => Is(rule.TargetMatchers, source)).ThenBy(source => source.Labels.Fingerprint).Select(source => (ulong?)source.Labels.Fingerprint).FirstOrDefault();
    }

    private static LabelMatcher Equal(string name, string value) => new(name, MatchOperator.Equal, value);

    private static InhibitRule Rule(LabelMatcher[] source, LabelMatcher[] target, params string[] equal) =>
        new() { Line = 1, SourceMatchers = source, TargetMatchers = target, Equal = equal };
}
