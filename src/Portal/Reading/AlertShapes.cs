using System.Text.Json.Serialization;
using Observability.Contracts;

namespace Observability.Portal.Reading;

/// <summary>The RuleEngine's <c>/api/v1/alerts</c>: Prometheus' shape, and after it what only we know.</summary>
public sealed record AlertListAnswer(AlertList Data);

public sealed record AlertList(IReadOnlyList<AlertView> Alerts);

/// <summary>One alert as a page needs it.</summary>
public sealed record AlertView
{
    public IReadOnlyDictionary<string, string> Labels { get; set; } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, string> Annotations { get; set; } = new Dictionary<string, string>();

    /// <summary><c>pending</c>, <c>firing</c>, <c>resolved</c> (or a phase that still fires under another name).</summary>
    public string State { get; set; } = "";

    [JsonPropertyName("activeAt")]
    public DateTimeOffset ActiveAt { get; init; }

    public string Fingerprint { get; set; } = "";

    public DateTimeOffset? FiredAt { get; init; }

    public DateTimeOffset? ResolvedAt { get; init; }

    public string? EndReason { get; init; }

    public int Occurrences { get; set; } = 1;

    public NoticeOwner? Owner { get; init; }

    public RunFacts? Run { get; init; }

    public IReadOnlyList<WhyStep> Why { get; set; } = [];

    [JsonIgnore]
    public string Environment => Labels.GetValueOrDefault("environment") is { Length: > 0 } name ? name : "unknown";

    [JsonIgnore]
    public string Severity => Labels.GetValueOrDefault("severity") is { Length: > 0 } severity ? severity : "error";

    [JsonIgnore]
    public bool IsPending => State == "pending";

    [JsonIgnore]
    public bool IsClosed => State == "resolved";

    /// <summary>When it began to fire; while pending, since when its condition holds.</summary>
    [JsonIgnore]
    public DateTimeOffset Since => FiredAt ?? ActiveAt;

    [JsonIgnore]
    public bool IsUnowned => Owner is null || Owner.Name == NoticeOwner.Unowned;
}

/// <summary>The RuleEngine's <c>/api/v1/why?alert=</c>.</summary>
public sealed record WhyAnswer
{
    public IReadOnlyDictionary<string, string> Labels { get; set; } = new Dictionary<string, string>();

    public string State { get; set; } = "";

    public IReadOnlyList<WhyStep> Steps { get; set; } = [];

    public IReadOnlyList<WhyReceiver> Told { get; set; } = [];

    public IReadOnlyList<WhyReceiver> NotTold { get; set; } = [];

    public long ConfigurationVersion { get; init; }
}

/// <summary>One receiver's share of a decision.</summary>
public sealed record WhyReceiver(string Receiver, string Stage, string Reason)
{
    /// <summary>Ids of the notices that were made of it.</summary>
    public IReadOnlyList<string> Intents { get; set; } = [];
}
