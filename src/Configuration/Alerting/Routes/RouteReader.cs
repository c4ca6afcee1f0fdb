using Observability.Configuration.Yaml;

namespace Observability.Configuration;

/// <summary>Reads the routing tree and fills in what each node inherits.</summary>
internal sealed class RouteReader
{
    private readonly HashSet<string> _receivers;
    private readonly HashSet<string> _intervals;
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);

    private RouteReader(IEnumerable<Receiver> receivers, IEnumerable<NamedTimeInterval> intervals)
    {
        _receivers = receivers.Select(receiver => receiver.Name).ToHashSet(StringComparer.Ordinal);
        _intervals = intervals.Select(interval => interval.Name).ToHashSet(StringComparer.Ordinal);
    }

    public static Route? ReadRoot(MappingReader root, IReadOnlyList<Receiver> receivers, IReadOnlyList<NamedTimeInterval> intervals)
    {
        if (root.Value("route") is not { } value)
        {
            root.Error("'route' is missing: the tree that says who is told, at least 'route: {receiver: NAME}'");
            return null;
        }
        if (value.AsMapping() is not { } mapping)
        {
            return null;
        }
        foreach (var key in (string[])["match", "match_re", "matchers", "mute_time_intervals", "active_time_intervals"])
        {
            if (mapping.Value(key) is { Node: YamlMapping { Entries.Count: > 0 } or YamlSequence { Items.Count: > 0 } or YamlScalar })
            {
                mapping.Error(key, "must not stand in the root route, which takes every alert; put it into a route under 'routes'");
            }
        }
        if (mapping.Flag("continue", otherwise: false))
        {
            mapping.Error("continue", "must not stand in the root route, which has no siblings");
        }
        mapping.RequiredText("receiver", "the root route says who is told when no other route matches");
        var reader = new RouteReader(receivers, intervals);
        var route = reader.Read(mapping, parent: null);
        foreach (var receiver in receivers.Where(receiver => !reader._used.Contains(receiver.Name)))
        {
            mapping.Context.Warn(receiver.Line, 1, "receivers", $"no route leads to receiver '{receiver.Name}'");
        }
        return route;
    }

    private Route Read(MappingReader mapping, Route? parent)
    {
        var matchers = parent is null ? [] : MatchersReader.Read(mapping);
        var groupBy = MatchersReader.ReadLabelNames(mapping, "group_by");
        var groupByAll = groupBy.Contains("...");
        if (groupByAll && groupBy.Count > 1)
        {
            mapping.Error("group_by", "'...' groups by every label and stands alone; remove the other names");
        }
        // An empty list inherits, as in Alertmanager: to group all alerts of a route together, the root must not group either.
        var inheritsGrouping = groupBy.Count == 0 && parent is not null;
        var route = new Route
        {
            Path = mapping.Path,
            Line = mapping.Line,
            Key = (parent is null ? "" : parent.Key + "/") + MatcherText.Format(matchers),
            Receiver = ReadReceiver(mapping) ?? parent?.Receiver ?? "",
            Matchers = matchers,
            GroupBy = inheritsGrouping ? parent!.GroupBy : groupByAll ? [] : groupBy,
            GroupByAll = inheritsGrouping ? parent!.GroupByAll : groupByAll,
            GroupWait = mapping.Duration("group_wait") ?? parent?.GroupWait ?? TimeSpan.FromSeconds(30),
            GroupInterval = ReadInterval(mapping, "group_interval") ?? parent?.GroupInterval ?? TimeSpan.FromMinutes(5),
            RepeatInterval = ReadInterval(mapping, "repeat_interval") ?? parent?.RepeatInterval ?? TimeSpan.FromHours(4),
            Continue = mapping.Flag("continue", otherwise: false),
            MuteTimeIntervals = ReadIntervalNames(mapping, "mute_time_intervals"),
            ActiveTimeIntervals = ReadIntervalNames(mapping, "active_time_intervals"),
        };
        if (route.RepeatInterval < route.GroupInterval)
        {
            var (repeat, interval) = (PrometheusDuration.Format(route.RepeatInterval), PrometheusDuration.Format(route.GroupInterval));
            mapping.Warn("repeat_interval", $"{repeat} is shorter than group_interval ({interval}), so it is never kept; raise it");
        }
        _used.Add(route.Receiver);
        var routes = mapping.Items("routes").Select(item => item.AsMapping()).OfType<MappingReader>().Select(child => Read(child, route)).ToList();
        mapping.Finish();
        return route with { Routes = routes };
    }

    private string? ReadReceiver(MappingReader mapping)
    {
        var name = mapping.Text("receiver");
        if (string.IsNullOrEmpty(name))
        {
            return null;
        }
        if (!_receivers.Contains(name))
        {
            mapping.Error("receiver", $"receiver '{name}' is not defined under 'receivers'; {NearestName.Hint(name, _receivers)}");
        }
        return name;
    }

    private static TimeSpan? ReadInterval(MappingReader mapping, string key)
    {
        var interval = mapping.Duration(key);
        if (interval == TimeSpan.Zero)
        {
            mapping.Error(key, "must not be zero: a group would be told again without end");
        }
        return interval;
    }

    private IReadOnlyList<string> ReadIntervalNames(MappingReader mapping, string key)
    {
        var names = mapping.Texts(key);
        foreach (var name in names.Where(name => !_intervals.Contains(name)))
        {
            mapping.Error(key, $"time interval '{name}' is not defined under 'time_intervals'; {NearestName.Hint(name, _intervals)}");
        }
        return names;
    }
}

/// <summary>Reads the entries of <c>inhibit_rules</c>.</summary>
internal static class InhibitRuleReader
{
    public static InhibitRule? Read(NodeReader item)
    {
        if (item.AsMapping() is not { } mapping)
        {
            return null;
        }
        var rule = new InhibitRule
        {
            Line = mapping.Line,
            Name = mapping.Text("name") ?? "",
            SourceMatchers = MatchersReader.Read(mapping, "source_"),
            TargetMatchers = MatchersReader.Read(mapping, "target_"),
            Equal = MatchersReader.ReadLabelNames(mapping, "equal"),
        };
        mapping.Finish();
        if (rule.SourceMatchers.Count == 0)
        {
            mapping.Context.Warn(mapping.Node, mapping.Path, "has no source matchers: every alert is a source and mutes the targets");
        }
        if (rule.TargetMatchers.Count == 0)
        {
            mapping.Context.Warn(mapping.Node, mapping.Path, "has no target matchers: every alert that is not a source itself can be muted");
        }
        return rule;
    }
}
