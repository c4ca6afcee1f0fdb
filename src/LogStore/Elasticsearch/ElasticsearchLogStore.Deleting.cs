using System.Text.Json;
using System.Text.Json.Nodes;

namespace Observability.LogStore.Elasticsearch;

/// <summary>
/// Deletion by filter. Candidates are read and judged here like those of a search, then deleted by identity: the node's own delete by query could not judge a
/// line filter exactly.
/// </summary>
public sealed partial class ElasticsearchLogStore : ILogDeletion
{
    /// <inheritdoc/>
    public async Task<long> DeleteAsync(LogDeletion deletion, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(deletion);
        await RefreshAsync(cancellationToken);
        var search = deletion.Search;
        var deleted = 0L;
        JsonElement? after = null;
        while (true)
        {
            var answer = await SearchPageAsync(SearchRequest.Page(search, PageSize, after), cancellationToken);
            var hits = answer.GetProperty("hits").GetProperty("hits");
            var judged = hits.EnumerateArray().Where(hit => Accepts(search, HitReader.Read(hit.GetProperty("_source")))).ToList();
            deleted += await DeleteAsync(judged, cancellationToken);
            if (hits.GetArrayLength() < PageSize)
            {
                break;
            }
            after = hits[PageSize - 1].GetProperty("sort");
        }
        // For everybody, not only for this object's searches.
        await RefreshAsync(cancellationToken);
        Log.RowsDeleted(logger, deleted, deletion.Actor);
        return deleted;
    }

    private async Task<int> DeleteAsync(List<JsonElement> hits, CancellationToken cancellationToken)
    {
        if (hits.Count == 0)
        {
            return 0;
        }
        using var lines = new MemoryStream();
        foreach (var hit in hits)
        {
            var place = new JsonObject { ["_index"] = hit.GetProperty("_index").GetString(), ["_id"] = hit.GetProperty("_id").GetString() };
            JsonSerializer.Serialize(lines, new JsonObject { ["delete"] = place });
            lines.WriteByte((byte)'\n');
        }
        var answer = await _client.BulkAsync(lines.ToArray(), cancellationToken);
        Volatile.Write(ref _isBehind, 1);
        if (!answer.IsSuccess)
        {
            throw new IOException($"Elasticsearch deletes no records: {answer.Reason}");
        }
        // 404: somebody else, or an attempt before this one, has deleted it.
        var failed = answer.Body.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("delete"))
            .Where(outcome => outcome.GetProperty("status").GetInt32() is not (200 or 404)).ToList();
        return failed.Count == 0
            ? hits.Count
            : throw new IOException($"Elasticsearch could not delete {failed.Count} of {hits.Count} records: {ElasticsearchAnswer.ReasonOf(failed[0].GetProperty("error"))}");
    }
}
