using FsCheck;
using FsCheck.Fluent;
using Observability.RuleEngine.Evaluating;
using Observability.RuleEngine.Rules;
using Observability.Telemetry;

namespace Observability.RuleEngine.Tests.Evaluating;

public sealed class SelectorIndexTests
{
    private static readonly string[] Names = [LabelSet.MetricName, "pipeline", "environment"];
    private static readonly string[] Values = ["", "a", "b"];

    [Fact]
    public void A_series_finds_the_groups_that_asking_each_of_them_finds()
    {
        var matcher = Gen.Elements(Names).Zip(Gen.Elements(Values)).Zip(Gen.Elements(MatchOperator.Equal, MatchOperator.Equal, MatchOperator.NotEqual, MatchOperator.Regex))
            .Select(parts => new LabelMatcher(parts.Item1.Item1, parts.Item2, parts.Item1.Item2));
        var series = Gen.Elements(Values).Zip(Gen.Elements(Values)).Zip(Gen.Elements(Values));
        Prop.ForAll(matcher.ListOf().ListOf().ToArbitrary(), series.ListOf().ToArbitrary(), (selectors, all) =>
        {
            var groups = selectors.Select((matchers, number) => Group(number, [.. matchers])).ToList();
            var index = new SelectorIndex(groups);
            foreach (var ((metric, pipeline), environment) in all)
            {
                var labels = new LabelSetBuilder().Set(LabelSet.MetricName, metric).Set("pipeline", pipeline).Set("environment", environment).Build();
                var found = new HashSet<CompiledGroup>();
                index.Collect(labels, found);
                Assert.Equal(groups.Where(group => group.Selectors[0].All(asked => asked.Matches(labels))).Select(group => group.Key), found.Select(group => group.Key).Order());
            }
        }).QuickCheckThrowOnFailure();
    }

    private static CompiledGroup Group(int number, IReadOnlyList<LabelMatcher> selector) =>
        new() { Key = $"{number:d4}", Name = "", File = "", Interval = TimeSpan.FromMinutes(1), Rules = [], Selectors = [selector] };
}
