using Observability.Telemetry;

namespace Observability.Portal.Api;

/// <summary>Counts that an actor may know: environments are told apart while counting, and those that are not covered are left out.</summary>
internal sealed partial class VisibleLogs : ILogCounting
{
    public async Task<LogCounts> CountAsync(LogCountQuery query, CancellationToken cancellationToken)
    {
        if (source is not ILogCounting store)
        {
            return new LogCounts([], "this store does not count");
        }
        var counts = await store.CountAsync(query with { By = [.. query.By, LabelNames.Environment] }, cancellationToken);
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
