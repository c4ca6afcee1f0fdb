using Observability.Telemetry;

namespace Observability.Portal.Api;

/// <summary>Counts that an actor may know: environments are told apart while counting, and those that are not covered are left out.</summary>
internal sealed partial class VisibleLogs : ILogCounting
{
    /// <summary>Neither labels nor attributes to a store.</summary>
    private static readonly string[] s_recordsOwn = ["trace_id", "span_id", "severity_number"];

    public async Task<LogCounts> CountAsync(LogCountQuery query, CancellationToken cancellationToken)
    {
        if (source is not ILogCounting store)
        {
            return new LogCounts([], "this store does not count");
        }
        if (query.Stream.Any(static matcher => s_recordsOwn.Contains(matcher.Name, StringComparer.Ordinal)))
        {
            return new LogCounts([], "the selector asks for what only a record has");
        }
        var conditions = new AttributeConditions(query.Stream);
        var counts = await store.CountAsync(query with
        {
            Stream = conditions.Stream,
            Conditions = [.. query.Conditions, .. conditions.Others],
            NamesOfLabelsOnly = [.. query.NamesOfLabelsOnly, .. conditions.Others.Select(static matcher => matcher.Name)],
            By = [.. query.By, LabelNames.Environment],
        }, cancellationToken);
        if (counts.Refusal.Length > 0)
        {
            return counts;
        }
        var visible = new Dictionary<(LabelSet Group, long Start), long>();
        foreach (var count in counts.Counts.Where(count => Covers(count.Group)))
        {
            var key = (query.GroupOf(count.Group), count.StartNanoseconds);
            visible[key] = visible.GetValueOrDefault(key) + count.Count;
        }
        return LogCounts.Of(visible);
    }
}
