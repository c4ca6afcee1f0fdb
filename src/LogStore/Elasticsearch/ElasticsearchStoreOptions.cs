using System.ComponentModel.DataAnnotations;

namespace Observability.LogStore.Elasticsearch;

/// <summary>How logs are kept in Elasticsearch.</summary>
public sealed class ElasticsearchStoreOptions
{
    /// <summary>Node and user, from <c>ConnectionStrings__elasticsearch</c>.</summary>
    [Required]
    public required ElasticsearchAddress Address { get; init; }

    /// <summary>Begins the name of every data stream of ours; the template and all searches go to this and a star. Default <c>logs-obs-</c>.</summary>
    public string DataStreamPrefix { get; init; } = "logs-obs-";

    /// <summary>Last part of the data stream's name for an environment. By default its own name; <c>pr-*</c> and <c>local</c> share <c>ephemeral</c>.</summary>
    public Func<string, string> DataStreamOf { get; init; } = static environment =>
        environment == "local" || environment.StartsWith("pr-", StringComparison.Ordinal) ? "ephemeral" : environment;

    /// <summary>What the data streams' lifecycle keeps. Default 30 d. A node without that feature keeps everything; one log line says so.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Copies of each shard. Default 0, right for one node; set 1 for a cluster.</summary>
    [Range(0, 10)]
    public int Replicas { get; init; }

    /// <summary>Most bytes of a bulk request, one record more at most. Default 8 MiB: bigger holds more memory on both sides without being faster.</summary>
    [Range(64 * 1024, 64 * 1024 * 1024)]
    public int BulkBytes { get; init; } = 8 << 20;

    /// <summary>Longest wait for an answer. Default 30 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);
}
