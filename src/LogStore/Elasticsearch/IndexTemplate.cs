using System.Text.Json;
using System.Text.Json.Nodes;
using Observability.Telemetry;

namespace Observability.LogStore.Elasticsearch;

/// <summary>
/// How our data streams are mapped. Nothing in a record can add a field: labels are listed, attributes are one <c>flattened</c> field, anything else is kept
/// in the source and not indexed. <c>wildcard</c> and <c>match_only_text</c> are modules that a small node does not have, so the body is plain text,
/// split at white space, without norms and positions.
/// </summary>
internal static class IndexTemplate
{
    /// <summary>Labels of a stream that Elasticsearch can filter by; others are filtered here.</summary>
    public static IReadOnlySet<string> MappedLabels => LabelNames.OfStreams;

    /// <summary>Characters of a label or attribute that are indexed: four bytes each stay far below Lucene's 32,766 bytes a term.</summary>
    public const int IndexedCharacters = 1024;

    private const int StreamCharacters = 8000;

    /// <summary>One template for all data streams of a prefix.</summary>
    public static string NameOf(ElasticsearchStoreOptions options) => options.DataStreamPrefix.TrimEnd('-');

    public static byte[] Build(ElasticsearchStoreOptions options)
    {
        var template = new JsonObject
        {
            ["settings"] = new JsonObject
            {
                ["index.codec"] = "best_compression",
                ["index.number_of_replicas"] = options.Replicas,
                ["index.refresh_interval"] = "1s",
            },
            ["mappings"] = new JsonObject { ["dynamic"] = false, ["properties"] = Properties() },
            // A node without the lifecycle service keeps this and does nothing with it.
            ["lifecycle"] = new JsonObject { ["data_retention"] = $"{(long)Math.Ceiling(options.Retention.TotalHours)}h" },
        };
        var body = new JsonObject
        {
            ["index_patterns"] = new JsonArray(options.DataStreamPrefix + "*"),
            ["data_stream"] = new JsonObject(),
            // Above Elasticsearch's own "logs" template (100) and most users'.
            ["priority"] = 500,
            ["version"] = 2,
            ["template"] = template,
        };
        return JsonSerializer.SerializeToUtf8Bytes(body);
    }

    private static JsonObject Properties()
    {
        var labels = new JsonObject();
        foreach (var label in MappedLabels)
        {
            labels[label] = Keyword(IndexedCharacters);
        }
        return new JsonObject
        {
            [Fields.Timestamp] = new JsonObject { ["type"] = "date_nanos" },
            [Fields.Time] = new JsonObject { ["type"] = "long" },
            [Fields.MillisecondBefore] = new JsonObject { ["type"] = "date", ["format"] = "epoch_millis", ["index"] = false },
            [Fields.Received] = new JsonObject { ["type"] = "long", ["index"] = false },
            [Fields.Order] = new JsonObject { ["type"] = "keyword", ["index"] = false },
            [Fields.Severity] = new JsonObject { ["type"] = "byte" },
            [Fields.Labels] = new JsonObject { ["dynamic"] = false, ["properties"] = labels },
            [Fields.Stream] = Keyword(StreamCharacters),
            [Fields.Body] = new JsonObject { ["type"] = "text", ["analyzer"] = "whitespace", ["norms"] = false, ["index_options"] = "docs" },
            [Fields.HasLongRun] = new JsonObject { ["type"] = "boolean" },
            [Fields.Attributes] = new JsonObject { ["type"] = "flattened", ["ignore_above"] = IndexedCharacters },
            [Fields.TraceId] = Keyword(IndexedCharacters),
            [Fields.SpanId] = Keyword(IndexedCharacters),
        };
    }

    private static JsonObject Keyword(int ignoreAbove) => new() { ["type"] = "keyword", ["ignore_above"] = ignoreAbove };
}
