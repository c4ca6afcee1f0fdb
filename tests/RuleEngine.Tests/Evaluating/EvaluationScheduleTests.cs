using Observability.RuleEngine.Evaluating;
using Observability.RuleEngine.Rules;
using Observability.Telemetry;

namespace Observability.RuleEngine.Tests.Evaluating;

public sealed class EvaluationScheduleTests
{
    private static readonly LabelSet Failed = LabelSet.Of(("__name__", "pipeline_last_run_failed"), ("pipeline", "orders"));

    private readonly CompiledGroup _group = new TestConfiguration().Build().Groups[0];

    [Fact]
    public void A_changed_series_that_a_rule_looks_at_makes_its_group_due_at_once()
    {
        var schedule = new EvaluationSchedule([_group], TestAlerts.Start);
        schedule.MarkChanged([Failed]);
        Assert.Single(schedule.TakeDue(TestAlerts.Start));
    }

    [Fact]
    public void A_changed_series_that_no_rule_looks_at_changes_nothing()
    {
        var schedule = new EvaluationSchedule([_group], TestAlerts.Start);
        schedule.MarkChanged([Failed.With("__name__", "something_else")]);
        Assert.Empty(schedule.TakeDue(TestAlerts.Start));
    }

    [Fact]
    public void After_an_evaluation_changes_wait_four_times_its_duration()
    {
        var schedule = new EvaluationSchedule([_group], TestAlerts.Start);
        schedule.MarkEvaluated(_group, TestAlerts.Start, TimeSpan.FromMilliseconds(20));
        schedule.MarkChanged([Failed]);
        Assert.Empty(schedule.TakeDue(TestAlerts.Start.AddMilliseconds(79)));
        Assert.Single(schedule.TakeDue(TestAlerts.Start.AddMilliseconds(80)));
    }

    [Fact]
    public void Without_changes_the_group_is_due_once_in_its_interval()
    {
        var schedule = new EvaluationSchedule([_group], TestAlerts.Start);
        var evaluations = 0;
        for (var now = TestAlerts.Start; now < TestAlerts.Start.AddMinutes(10); now += TimeSpan.FromSeconds(1))
        {
            foreach (var group in schedule.TakeDue(now))
            {
                evaluations++;
                schedule.MarkEvaluated(group, now, TimeSpan.FromMilliseconds(1));
            }
        }
        Assert.Equal(40, evaluations);
    }

    [Fact]
    public void Missed_turns_are_made_up_by_one_evaluation()
    {
        var schedule = new EvaluationSchedule([_group], TestAlerts.Start);
        var late = TestAlerts.Start.AddHours(1);
        schedule.MarkEvaluated(Assert.Single(schedule.TakeDue(late)), late, TimeSpan.FromMilliseconds(1));
        Assert.Empty(schedule.TakeDue(late));
        Assert.Single(schedule.TakeDue(late.AddSeconds(15)));
    }
}
