using FsCheck;
using FsCheck.Fluent;
using Observability.RuleEngine.Deciding;

namespace Observability.RuleEngine.Tests.Deciding;

public sealed class DueQueueTests
{
    private enum Act
    {
        Set,
        Remove,
        Take,
    }

    [Fact]
    public void Any_history_gives_what_a_scan_over_all_keys_gives()
    {
        var acts = Gen.Choose(0, 9).Select(number => number < 7 ? Act.Set : number < 8 ? Act.Remove : Act.Take);
        var steps = acts.Zip(Gen.Choose(0, 12)).Zip(Gen.Choose(-20, 60)).ListOf().ToArbitrary();
        Prop.ForAll(steps, history =>
        {
            var queue = new DueQueue<int>();
            var scan = new Dictionary<int, DateTimeOffset>();
            var now = TestAlerts.Start;
            foreach (var ((act, key), seconds) in history)
            {
                switch (act)
                {
                    case Act.Set:
                        queue.Set(key, now.AddSeconds(seconds));
                        scan[key] = now.AddSeconds(seconds);
                        break;
                    case Act.Remove:
                        queue.Remove(key);
                        scan.Remove(key);
                        break;
                    default:
                        now = now.AddSeconds(Math.Max(0, seconds));
                        var expected = scan.Where(pair => pair.Value <= now).ToList();
                        expected.ForEach(pair => scan.Remove(pair.Key));
                        var taken = queue.TakeDue(now);
                        Assert.Equal(expected.Select(pair => pair.Value).Order(), taken.Select(takenKey => expected.First(pair => pair.Key == takenKey).Value));
                        Assert.Equal(expected.Select(pair => pair.Key).Order(), taken.Order());
                        break;
                }
                Assert.Equal(scan.Count == 0 ? null : scan.Values.Min(), queue.NextAt);
                Assert.Equal(scan.Count, queue.Count);
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_key_that_is_brought_forward_again_and_again_does_not_make_the_queue_grow()
    {
        var queue = new DueQueue<int>();
        for (var i = 0; i < 10_000; i++)
        {
            queue.Set(1, TestAlerts.Start.AddSeconds(-i));
        }
        Assert.True(queue.Places <= 66, $"{queue.Places} places for one key");
        Assert.Equal([1], queue.TakeDue(TestAlerts.Start));
    }

    [Fact]
    public void Keys_due_at_the_same_time_come_in_the_order_in_which_they_were_set()
    {
        var queue = new DueQueue<string>();
        foreach (var key in (string[])["c", "a", "b"])
        {
            queue.Set(key, TestAlerts.Start);
        }
        Assert.Equal(["c", "a", "b"], queue.TakeDue(TestAlerts.Start));
    }
}
