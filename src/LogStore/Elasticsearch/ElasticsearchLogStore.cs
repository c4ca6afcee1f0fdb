using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Observability.Telemetry;

namespace Observability.LogStore.Elasticsearch;

/// <summary>
/// Logs in Elasticsearch's data streams. A record is durable when the append returns. This object's own searches see it at once, those of other processes
/// with the index' next refresh, within a second. The caller backs off when the node is away or says that it has too much to do.
/// </summary>
/// <param name="http">Its lifetime, proxy and retries are the owner's.</param>
/// <param name="options">Address and names.</param>
/// <param name="logger">For what is missing in the node.</param>
public sealed partial class ElasticsearchLogStore(HttpClient http, ElasticsearchStoreOptions options, ILogger<ElasticsearchLogStore> logger) : ILogStore
{
    /// <summary>Records in an answer. Bigger: more memory in the node and here for a search that stops early; smaller: more requests.</summary>
    private const int PageSize = 1000;

    private readonly ElasticsearchClient _client = new(http, options);
    private readonly string _pattern = options.DataStreamPrefix + "*";
    private readonly LogStoreMetrics _metrics = new();
    private readonly SemaphoreSlim _installing = new(1);
    private bool _isInstalled;
    private int _isBehind;

    /// <inheritdoc/>
    public async Task<AppendResult> AppendAsync(IReadOnlyList<NamedFrame> frames, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(frames);
        await InstallTemplateAsync(cancellationToken);
        var refused = new List<RefusedRecord>();
        using var bulk = new BulkWriter(options);
        foreach (var frame in frames)
        {
            for (var next = 0; AddRows(frame, bulk, refused, ref next);)
            {
                await SendAsync(bulk, refused, cancellationToken);
            }
        }
        await SendAsync(bulk, refused, cancellationToken);
        foreach (var (name, row, reason) in refused)
        {
            Log.RowRefused(logger, name.ToString(), row, reason);
        }
        _metrics.Refused(refused.Count);
        return new AppendResult(refused);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<LogRecord> SearchAsync(LogSearch search, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(search);
        await RefreshAsync(cancellationToken);
        JsonElement? after = null;
        for (var left = search.Limit; left > 0;)
        {
            // Post-filtering may drop records, so a page is never smaller than a few hundred.
            var size = Math.Clamp(left, 200, PageSize);
            var answer = await SearchPageAsync(SearchRequest.Page(search, size, after), cancellationToken);
            var hits = answer.GetProperty("hits").GetProperty("hits");
            foreach (var hit in hits.EnumerateArray())
            {
                after = hit.GetProperty("sort");
                var record = HitReader.Read(hit.GetProperty("_source"));
                if (Accepts(search, record))
                {
                    yield return record;
                    if (--left == 0)
                    {
                        yield break;
                    }
                }
            }
            if (hits.GetArrayLength() < size)
            {
                yield break;
            }
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> LabelNamesAsync(LogRange range, CancellationToken cancellationToken)
    {
        var streams = await StreamsAsync([], range, cancellationToken);
        return [.. streams.SelectMany(stream => stream.Select(label => label.Name)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> LabelValuesAsync(string name, IReadOnlyList<LabelMatcher> matchers, LogRange range, CancellationToken cancellationToken)
    {
        var streams = await StreamsAsync(matchers, range, cancellationToken);
        return [.. streams.Select(stream => stream[name]).Where(value => value.Length > 0).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<LabelSet>> StreamsAsync(IReadOnlyList<LabelMatcher> matchers, LogRange range, CancellationToken cancellationToken)
    {
        await RefreshAsync(cancellationToken);
        var streams = new List<LabelSet>();
        string? after = null;
        do
        {
            var answer = await SearchPageAsync(SearchRequest.Streams(range, matchers, PageSize, after), cancellationToken);
            after = null;
            // A pattern that no index matches is answered without the aggregation.
            if (answer.TryGetProperty("aggregations", out var aggregations))
            {
                var page = aggregations.GetProperty("streams");
                streams.AddRange(page.GetProperty("buckets").EnumerateArray()
                    .Select(bucket => StreamText.Parse(bucket.GetProperty("key").GetProperty("stream").GetString()!))
                    .Where(stream => matchers.All(matcher => matcher.Matches(stream))));
                after = page.TryGetProperty("after_key", out var key) ? key.GetProperty("stream").GetString() : null;
            }
        }
        while (after is not null);
        return streams;
    }

    public ValueTask DisposeAsync()
    {
        _metrics.Dispose();
        _installing.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Adds rows from <paramref name="next"/> on until the bulk is full.</summary>
    /// <returns>True when the bulk is to be sent and the frame goes on behind it.</returns>
    private static bool AddRows(NamedFrame named, BulkWriter bulk, List<RefusedRecord> refused, ref int next)
    {
        try
        {
            var frame = TelemetryFrame.Open(named.Bytes);
            for (var rows = frame.ReadLogs(); rows.MoveNext();)
            {
                if (rows.Row < next)
                {
                    continue;
                }
                if (bulk.IsFull)
                {
                    return true;
                }
                bulk.Add(named.Name, frame, ref rows);
                next = rows.Row + 1;
            }
        }
        catch (FrameFormatException exception)
        {
            refused.Add(new RefusedRecord(named.Name, next, exception.Message));
        }
        return false;
    }

    private async Task SendAsync(BulkWriter bulk, List<RefusedRecord> refused, CancellationToken cancellationToken)
    {
        if (bulk.Rows.Count == 0)
        {
            return;
        }
        var answer = await _client.BulkAsync(bulk.Lines, cancellationToken);
        Volatile.Write(ref _isBehind, 1);
        if (!answer.IsSuccess)
        {
            _metrics.WriteFailed();
            throw new IOException($"Elasticsearch takes no records: {answer.Reason}");
        }
        if (answer.Body.GetProperty("errors").GetBoolean())
        {
            CollectRefused(answer.Body.GetProperty("items"), bulk, refused);
        }
        _metrics.Taken(bulk.Rows.Count);
        bulk.Clear();
    }

    private void CollectRefused(JsonElement items, BulkWriter bulk, List<RefusedRecord> refused)
    {
        var row = 0;
        foreach (var item in items.EnumerateArray())
        {
            var outcome = item.GetProperty("create");
            var status = outcome.GetProperty("status").GetInt32();
            var (name, position) = bulk.Rows[row++];
            switch ((HttpStatusCode)status)
            {
                case HttpStatusCode.Created or HttpStatusCode.OK or HttpStatusCode.Conflict:
                    break;
                case HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError:
                    _metrics.WriteFailed();
                    throw new IOException($"Elasticsearch could not take all records: {ElasticsearchAnswer.ReasonOf(outcome.GetProperty("error"))}");
                default:
                    refused.Add(new RefusedRecord(name, position, ElasticsearchAnswer.ReasonOf(outcome.GetProperty("error"))));
                    break;
            }
        }
    }

    private async Task<JsonElement> SearchPageAsync(byte[] request, CancellationToken cancellationToken)
    {
        var answer = await _client.PostAsync(_pattern + "/_search?ignore_unavailable=true&allow_no_indices=true", request, cancellationToken);
        return answer.IsSuccess ? answer.Body : throw new IOException($"Elasticsearch cannot search: {answer.Reason}");
    }

    private static bool Accepts(LogSearch search, LogRecord record) =>
        search.Stream.All(matcher => matcher.Matches(record.Stream)) && search.Lines.All(line => line.Accepts(record.Body));

    /// <summary>What this object appended is visible to its searches.</summary>
    private async Task RefreshAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _isBehind, 0) == 0)
        {
            return;
        }
        var answer = await _client.PostAsync(_pattern + "/_refresh", default, cancellationToken);
        if (!answer.IsSuccess)
        {
            Volatile.Write(ref _isBehind, 1);
            throw new IOException($"Elasticsearch cannot refresh: {answer.Reason}");
        }
    }

    private async Task InstallTemplateAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _isInstalled))
        {
            return;
        }
        await _installing.WaitAsync(cancellationToken);
        try
        {
            if (_isInstalled)
            {
                return;
            }
            var name = IndexTemplate.NameOf(options);
            var answer = await _client.PutAsync("_index_template/" + name, IndexTemplate.Build(options), cancellationToken);
            if (!answer.IsSuccess)
            {
                throw new IOException($"Elasticsearch refuses the index template {name}: {answer.Reason}");
            }
            Log.TemplateInstalled(logger, await VersionAsync(cancellationToken), options.Address.Url, _pattern);
            if (await _client.GetAsync("_lifecycle/stats", cancellationToken) is { IsSuccess: false } missing)
            {
                Log.LifecycleMissing(logger, options.Address.Url, missing.Reason);
            }
            Volatile.Write(ref _isInstalled, true);
        }
        finally
        {
            _installing.Release();
        }
    }

    /// <summary>Only for the log line; a node cut down to its core has no answer to this.</summary>
    private async Task<string> VersionAsync(CancellationToken cancellationToken)
    {
        var answer = await _client.GetAsync("", cancellationToken);
        return answer.IsSuccess && answer.Body.TryGetProperty("version", out var version) ? version.GetProperty("number").ToString() : "of unknown version";
    }
}
