using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Observability.Bench.Data;
using Observability.Bench.Measuring;

namespace Observability.Bench.Whole;

/// <summary>
/// One Elasticsearch node as its manual sets logs up: a data stream, best_compression, one shard without a replica, explicit mappings (text for the message,
/// keyword or a number for each attribute, no dynamic fields), <c>_bulk</c>. Started by <c>elasticsearch.sh start FOLDER PORT HEAP</c> from the folder that
/// <c>OBS_TEST_ELASTICSEARCH_HOME</c> names (default <c>../shared/elasticsearch</c>, from the repository's root).
/// </summary>
internal sealed class ElasticsearchSide : LogSide
{
    private const string Stream = "logs-bench-default";

    /// <summary>The data fits beside it in the system's cache; twice the script's own default.</summary>
    private const string Heap = "1g";

    private static readonly TimeSpan s_timeout = TimeSpan.FromMinutes(5);

    private static readonly (string Field, string Type)[] s_fields =
    [
        ("@timestamp", "date_nanos"), ("message", "text"), ("level", "keyword"), ("trace_id", "keyword"), ("span_id", "keyword"), ("environment", "keyword"),
        ("service", "keyword"), ("service_version", "keyword"), ("instance", "keyword"), ("host", "keyword"), ("namespace", "keyword"), ("pod", "keyword"), ("language", "keyword"),
        ("pipeline", "keyword"), ("run_id", "keyword"), ("task", "keyword"), ("source", "keyword"), ("team", "keyword"), ("thread", "long"), ("file", "keyword"), ("line", "long"),
        ("database", "keyword"), ("rows", "long"), ("duration", "double"), ("retry", "boolean"),
    ];

    // Attributes of a resource and of a record become these fields, in the order in which the generator writes them.
    private static readonly string[] s_resourceFields = ["service", "service_version", "instance", "environment", "host", "namespace", "pod", "language"];
    private static readonly string[] s_attributeFields = ["pipeline", "run_id", "task", "source", "team", "thread", "file", "line", "database", "rows", "duration", "retry"];

    private readonly HttpClient _http;
    private readonly string _script;

    private ElasticsearchSide(int processId, HttpClient http, string script, string directory)
        : base(processId, directory) => (_http, _script) = (http, script);

    /// <summary>The script; null where there is none.</summary>
    public static string? Script
    {
        get
        {
            var root = new DirectoryInfo(AppContext.BaseDirectory);
            while (root is not null && !File.Exists(Path.Combine(root.FullName, "Observability.sln")))
            {
                root = root.Parent;
            }
            var home = Environment.GetEnvironmentVariable("OBS_TEST_ELASTICSEARCH_HOME") is { Length: > 0 } named ? named : "../shared/elasticsearch";
            var script = Path.GetFullPath(Path.Combine(root?.FullName ?? ".", home, "elasticsearch.sh"));
            return File.Exists(script) ? script : null;
        }
    }

    /// <exception cref="InvalidOperationException">It does not start, or refuses the template.</exception>
    public static async Task<ElasticsearchSide> StartAsync(string script, string directory, CancellationToken cancellationToken)
    {
        var port = FreePort.Next();
        await RunAsync(script, ["start", directory, port.ToString(CultureInfo.InvariantCulture), Heap], cancellationToken);
        var processId = int.Parse(await File.ReadAllTextAsync(Path.Combine(directory, "pid"), cancellationToken), CultureInfo.InvariantCulture);
        var side = new ElasticsearchSide(processId, new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/"), Timeout = s_timeout }, script, directory);
        await side.CallAsync(HttpMethod.Put, "_index_template/bench", Template().ToJsonString(), cancellationToken);
        return side;
    }

    public override async Task SendAsync(SyntheticBatch batch, CancellationToken cancellationToken)
    {
        var answer = await CallAsync(HttpMethod.Post, $"{Stream}/_bulk", Bulk(batch), "application/x-ndjson", cancellationToken);
        if (answer.GetProperty("errors").GetBoolean())
        {
            throw new InvalidOperationException($"Elasticsearch refused records: {answer.GetProperty("items")[0]}");
        }
    }

    public override async Task WaitUntilSearchableAsync(long records, CorpusTime time, CancellationToken cancellationToken)
    {
        await CallAsync(HttpMethod.Post, $"{Stream}/_refresh", null, cancellationToken);
        var seen = (await CallAsync(HttpMethod.Post, $"{Stream}/_count", JsonSerializer.Serialize(new { query = Between(time) }), cancellationToken)).GetProperty("count").GetInt64();
        if (seen != records)
        {
            throw new InvalidOperationException($"Elasticsearch shows {seen} of {records} records");
        }
        await CallAsync(HttpMethod.Post, $"{Stream}/_flush", null, cancellationToken);
    }

    public override async Task CompactAsync(CancellationToken cancellationToken)
    {
        await CallAsync(HttpMethod.Post, $"{Stream}/_forcemerge?max_num_segments=1", null, cancellationToken);
        await CallAsync(HttpMethod.Post, $"{Stream}/_flush?force=true", null, cancellationToken);
    }

    public override async Task<SideAnswer> AskAsync(Question question, CorpusTime time, CancellationToken cancellationToken)
    {
        var answer = await CallAsync(HttpMethod.Post, $"{Stream}/_search?request_cache=false", JsonSerializer.Serialize(SearchOf(question, time)), cancellationToken);
        switch (question)
        {
            case Question.CountByMinuteAndSeverity:
                var counts = answer.GetProperty("aggregations").GetProperty("minute").GetProperty("buckets").EnumerateArray()
                    .SelectMany(static minute => minute.GetProperty("level").GetProperty("buckets").EnumerateArray().Select(static level => level.GetProperty("doc_count").GetInt64())).ToList();
                return new SideAnswer(counts.Sum(), $"{counts.Count} cells");
            case Question.TopPipelines:
                var rows = answer.GetProperty("aggregations").GetProperty("top").GetProperty("buckets").EnumerateArray().Select(static row => row.GetProperty("doc_count").GetInt64()).OrderDescending().ToList();
                return new SideAnswer(rows.Sum(), string.Join(' ', rows));
            default:
                var hits = answer.GetProperty("hits");
                return new SideAnswer(hits.GetProperty("total").GetProperty("value").GetInt64(), $"{hits.GetProperty("hits").GetArrayLength()} lines");
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await RunAsync(_script, ["stop", Directory], CancellationToken.None);
        _http.Dispose();
    }

    private static object SearchOf(Question question, CorpusTime time)
    {
        var between = Between(time);
        object Filtered(params object[] filters) => new { @bool = new { filter = (object[])[between, .. filters] } };
        return question switch
        {
            Question.CountByMinuteAndSeverity => new
            {
                size = 0,
                query = between,
                aggs = new { minute = new { date_histogram = new { field = "@timestamp", fixed_interval = "1m" }, aggs = new { level = new { terms = new { field = "level" } } } } },
            },
            Question.TopPipelines => new
            {
                size = 0,
                query = Filtered(new { term = new { environment = "prod" } }, new { term = new { level = "error" } }),
                aggs = new { top = new { terms = new { field = "pipeline", size = TopRows } } },
            },
            _ => new { size = NewestLines, track_total_hits = true, sort = new[] { new Dictionary<string, string> { ["@timestamp"] = "desc" } }, query = Filtered(TextQuery(question)) },
        };
    }

    private static object Between(CorpusTime time) => new { range = new Dictionary<string, object> { ["@timestamp"] = new { gte = time.Start, lt = time.End } } };

    // The best way that its mapping has for each: a term, a phrase by positions, and a walk over the terms.
    private static object TextQuery(Question question) => question switch
    {
        Question.RareToken => new { match = new { message = TextOf(question) } },
        Question.CommonPhrase => new { match_phrase = new { message = TextOf(question) } },
        _ => new { wildcard = new { message = $"*{TextOf(question)}*" } },
    };

    private static JsonObject Template()
    {
        var properties = new JsonObject();
        foreach (var (field, type) in s_fields)
        {
            properties[field] = new JsonObject { ["type"] = type };
        }
        return new JsonObject
        {
            ["index_patterns"] = new JsonArray("logs-bench-*"),
            ["data_stream"] = new JsonObject(),
            ["priority"] = 500,
            ["template"] = new JsonObject
            {
                ["settings"] = new JsonObject { ["index.codec"] = "best_compression", ["index.number_of_shards"] = 1, ["index.number_of_replicas"] = 0 },
                ["mappings"] = new JsonObject { ["dynamic"] = false, ["properties"] = properties },
            },
        };
    }

    private static byte[] Bulk(SyntheticBatch batch)
    {
        var bytes = new ArrayBufferWriter<byte>(WholeCorpus.RecordsPerBatch * 1024);
        using var json = new Utf8JsonWriter(bytes);
        foreach (var record in batch.Records)
        {
            bytes.Write("{\"create\":{}}\n"u8);
            json.Reset();
            json.WriteStartObject();
            json.WriteString("@timestamp", DateTimeOffset.UnixEpoch.AddTicks(record.TimeUnixNanoseconds / TimeSpan.NanosecondsPerTick));
            json.WriteString("message", record.Body);
            json.WriteString("level", record.SeverityNumber switch { >= 17 => "error", >= 13 => "warning", _ => "info" });
            json.WriteString("trace_id", Convert.ToHexStringLower(record.TraceId));
            json.WriteString("span_id", Convert.ToHexStringLower(record.SpanId));
            Write(json, s_resourceFields, batch.Resource);
            Write(json, s_attributeFields, record.Attributes);
            json.WriteEndObject();
            json.Flush();
            bytes.Write("\n"u8);
        }
        return bytes.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter json, string[] fields, IReadOnlyList<SyntheticAttribute> attributes)
    {
        for (var index = 0; index < fields.Length; index++)
        {
            switch (attributes[index].Value)
            {
                case string text:
                    json.WriteString(fields[index], text);
                    break;
                case bool truth:
                    json.WriteBoolean(fields[index], truth);
                    break;
                case long number:
                    json.WriteNumber(fields[index], number);
                    break;
                case var value:
                    json.WriteNumber(fields[index], (double)value);
                    break;
            }
        }
    }

    private Task<JsonElement> CallAsync(HttpMethod method, string address, string? body, CancellationToken cancellationToken) =>
        CallAsync(method, address, body is null ? null : System.Text.Encoding.UTF8.GetBytes(body), "application/json", cancellationToken);

    private async Task<JsonElement> CallAsync(HttpMethod method, string address, byte[]? body, string type, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(address, UriKind.Relative));
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue(type) } };
        }
        using var answer = await _http.SendAsync(request, cancellationToken);
        var bytes = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
        if (!answer.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"Elasticsearch answered {(int)answer.StatusCode} to {method} {address}: {System.Text.Encoding.UTF8.GetString(bytes)}");
        }
        using var document = JsonDocument.Parse(bytes);
        return document.RootElement.Clone();
    }

    private static async Task RunAsync(string script, string[] arguments, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo(script, arguments) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true })!;
        await process.WaitForExitAsync(cancellationToken).WaitAsync(s_timeout, cancellationToken);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{script} {arguments[0]} ended with {process.ExitCode}: {await process.StandardError.ReadToEndAsync(cancellationToken)}");
        }
    }
}
