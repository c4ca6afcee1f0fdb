using System.Runtime.InteropServices;
using System.Text.Json;
using Observability.Telemetry;

namespace Observability.LogStore.Elasticsearch;

/// <summary>Counts, as aggregations over the node's own column of streams.</summary>
public sealed partial class ElasticsearchLogStore : ILogCounting
{
    /// <inheritdoc/>
    public async Task<LogCounts> CountAsync(LogCountQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        query.ThrowIfStepIsNone();
        await RefreshAsync(cancellationToken);
        var counts = new Dictionary<(LabelSet, long), long>();
        JsonElement? after = null;
        do
        {
            var answer = await SearchPageAsync(SearchRequest.Counts(query, PageSize, after), cancellationToken);
            after = null;
            if (answer.TryGetProperty("aggregations", out var aggregations))
            {
                var page = aggregations.GetProperty("counts");
                foreach (var bucket in page.GetProperty("buckets").EnumerateArray())
                {
                    AddCount(query, bucket, counts);
                }
                after = page.TryGetProperty("after_key", out var key) ? key : null;
            }
            if (counts.Count > LogCountQuery.MaximalCounts)
            {
                return LogCounts.TooMany;
            }
        }
        while (after is not null);
        return LogCounts.Of(counts);
    }

    private static void AddCount(LogCountQuery query, JsonElement bucket, Dictionary<(LabelSet, long), long> counts)
    {
        var key = bucket.GetProperty("key");
        var stream = StreamText.Parse(key.GetProperty("stream").GetString()!);
        if (query.Stream.All(matcher => matcher.Matches(stream)))
        {
            var start = key.GetProperty("start").GetInt64() * LogCountQuery.Millisecond;
            CollectionsMarshal.GetValueRefOrAddDefault(counts, (query.GroupOf(stream), start), out _) += bucket.GetProperty("doc_count").GetInt64();
        }
    }
}
