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
        if (query.Lines.Count > 0 || query.PhaseIn(LogCountQuery.Millisecond) > 1)
        {
            return await CountHitsAsync(query, cancellationToken);
        }
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
                    if (AddCount(query, bucket, counts) is { } missing)
                    {
                        return LogCounts.NeedsAttributes(missing);
                    }
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

    /// <summary>The node can apply neither a line filter nor a step between milliseconds exactly, so records are read and counted here.</summary>
    private async Task<LogCounts> CountHitsAsync(LogCountQuery query, CancellationToken cancellationToken)
    {
        var counts = new Dictionary<(LabelSet, long), long>();
        await foreach (var record in SearchAsync(query.Search with { Stream = query.Stream }, cancellationToken))
        {
            if (MissingIn(record.Stream, query) is { } missing)
            {
                return LogCounts.NeedsAttributes(missing);
            }
            if (query.Conditions.All(condition => condition.Matches(record.Stream)))
            {
                CollectionsMarshal.GetValueRefOrAddDefault(counts, (query.GroupOf(record.Stream), query.StepOf(record.TimeUnixNanoseconds)), out _)++;
            }
            if (counts.Count > LogCountQuery.MaximalCounts)
            {
                return LogCounts.TooMany;
            }
        }
        return LogCounts.Of(counts);
    }

    /// <summary>Which attributes there are is not known without reading them: a label that a stream has not is enough to refuse.</summary>
    private static string? MissingIn(LabelSet stream, LogCountQuery query) => query.NamesOfLabelsOnly.FirstOrDefault(name => stream[name].Length == 0);

    /// <returns>Null, or the name of a label that the count needs and the stream does not have.</returns>
    private static string? AddCount(LogCountQuery query, JsonElement bucket, Dictionary<(LabelSet, long), long> counts)
    {
        var key = bucket.GetProperty("key");
        var stream = StreamText.Parse(key.GetProperty("stream").GetString()!);
        if (!query.Stream.All(matcher => matcher.Matches(stream)))
        {
            return null;
        }
        if (MissingIn(stream, query) is { } missing)
        {
            return missing;
        }
        if (!query.Conditions.All(condition => condition.Matches(stream)))
        {
            return null;
        }
        // The node gives where a step begins in milliseconds; the nanosecond behind one is not among what it gives.
        var start = (key.GetProperty("start").GetInt64() * LogCountQuery.Millisecond) + query.PhaseIn(LogCountQuery.Millisecond);
        CollectionsMarshal.GetValueRefOrAddDefault(counts, (query.GroupOf(stream), start), out _) += bucket.GetProperty("doc_count").GetInt64();
        return null;
    }
}
