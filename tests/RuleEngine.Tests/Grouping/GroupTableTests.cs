using FsCheck;
using FsCheck.Fluent;
using Observability.Configuration;
using Observability.RuleEngine.Grouping;
using Observability.RuleEngine.Routing;
using Observability.RuleEngine.Tracking;

namespace Observability.RuleEngine.Tests.Grouping;

/// <summary>The queues and memberships of the table against a plain walk over all of its groups, after any history.</summary>
public sealed class GroupTableTests
{
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(2);

    private readonly IReadOnlyList<Route> _routes = new TestConfiguration().Build().Tree.Root.Routes;

    private enum Act
    {
        Place,
        Flush,
        Store,
    }

    [Fact]
    public void Queues_and_memberships_say_what_a_walk_over_all_groups_says()
    {
        var acts = Gen.Choose(0, 9).Select(number => number < 6 ? Act.Place : number < 9 ? Act.Flush : Act.Store);
        var history = acts.Zip(Gen.Choose(0, 9)).Zip(Gen.Choose(0, 7)).ListOf().ToArbitrary();
        Prop.ForAll(history, steps =>
        {
            var table = new GroupTable();
            var held = new HashSet<ulong>();
            var released = new HashSet<ulong>();
            var now = TestAlerts.Start;
            foreach (var ((act, number), choice) in steps)
            {
                switch (act)
                {
                    case Act.Place:
                        table.Place(TestAlerts.Firing("prod", $"p{number}"), Decisions(choice), now);
                        break;
                    case Act.Flush:
                        now += TimeSpan.FromSeconds(choice * 10);
                        Flush(table, now, keep: number % 2 == 0);
                        break;
                    default:
                        table.MarkStored();
                        released.Clear();
                        break;
                }
                Check(table, held, released);
            }
        }).QuickCheckThrowOnFailure();
    }

    private static void Check(GroupTable table, HashSet<ulong> held, HashSet<ulong> released)
    {
        var open = table.All.Where(group => group.ClosedAt is null).ToList();
        Assert.Equal(open.Count == 0 ? null : open.Min(group => group.NextFlush), table.NextFlush);
        var members = table.All.SelectMany(group => group.Members).ToHashSet();
        released.UnionWith(held.Except(members));
        released.ExceptWith(members);
        held.UnionWith(members);
        held.IntersectWith(members);
        Assert.Equal(released.Order(), table.Released.Order());
        foreach (var number in Enumerable.Range(0, 10))
        {
            var fingerprint = TestAlerts.Firing("prod", $"p{number}").Labels.Fingerprint;
            Assert.Equal(members.Contains(fingerprint), table.Holds(fingerprint));
            Assert.Equal(table.All.Where(group => group.Members.Contains(fingerprint)).Select(group => group.Key).Order(), table.Of(fingerprint).Select(group => group.Key).Order());
        }
    }

    private static void Flush(GroupTable table, DateTimeOffset now, bool keep)
    {
        var expected = table.All.Where(group => group.NextFlush <= now).Select(group => group.NextFlush).Order().ToList();
        var due = table.TakeDue(now);
        Assert.Equal(expected, due.Select(group => group.NextFlush));
        foreach (var group in due)
        {
            var members = keep ? group.Members : group.Members.Remove(group.Members.Min);
            var told = new Dictionary<string, ToldState> { ["slack[0]"] = new() { Firing = members.ToDictionary(member => member, _ => 1) } };
            table.Set(members.IsEmpty
                ? group with { Members = [], Departed = [], NextFlush = DateTimeOffset.MaxValue, ClosedAt = now }
                : group with { Members = members, Departed = group.Departed.Intersect(members), NextFlush = now.AddMinutes(1), Told = told });
        }
        var leaving = table.All.Where(group => group.ClosedAt < now - Kept).Select(group => group.Key).ToHashSet();
        table.RemoveClosedBefore(now - Kept);
        Assert.DoesNotContain(table.All, group => leaving.Contains(group.Key));
        Assert.Superset(leaving, table.Removed.ToHashSet());
    }

    // Each of the three routes (both children and the root's fallback) is open or not.
    private List<RouteDecision> Decisions(int choice) =>
    [
        .. _routes.Take(3).Where((_, index) => (choice & (1 << index)) != 0)
            .Select(route => new RouteDecision(route, route.Receiver, new("route", true, ""))),
    ];
}
