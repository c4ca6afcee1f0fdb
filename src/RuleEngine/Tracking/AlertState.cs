using System.Collections.ObjectModel;
using System.Globalization;
using System.Text.Json.Serialization;
using Observability.Contracts;
using Observability.Telemetry;

namespace Observability.RuleEngine.Tracking;

/// <summary>Where an alert is in its life. The names are stored.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AlertPhase>))]
internal enum AlertPhase
{
    /// <summary>The condition holds, but not yet for as long as the rule asks.</summary>
    Pending,
    Firing,

    /// <summary>Over. Kept until everybody who heard of it has been told, then moved to the closed ones.</summary>
    Resolved,
}

/// <summary>
/// One alert. Immutable: Tracking replaces it, groups refer to it by fingerprint. This record is what the state store keeps, so a restart goes on
/// exactly here: members are only ever added.
/// </summary>
internal sealed record AlertState
{
    /// <summary>The labels of the result and of the rule: the alert's identity. Never a run id, url, commit, author or error.</summary>
    [JsonConverter(typeof(LabelSetJson))]
    public required LabelSet Labels { get; init; }

    public required AlertPhase Phase { get; init; }

    /// <summary><c>file;group</c> and the rule's name: which rule keeps it alive. When that rule is gone, so is the alert.</summary>
    public required string RuleKey { get; init; }

    /// <summary>When the condition first held without a break: <c>for</c> counts from here, across restarts.</summary>
    public required DateTimeOffset ActiveAt { get; init; }

    public DateTimeOffset? FiredAt { get; init; }

    public DateTimeOffset? ResolvedAt { get; init; }

    /// <summary>Set while the condition no longer holds but <c>keep_firing_for</c> does.</summary>
    public DateTimeOffset? KeepFiringSince { get; init; }

    public string EndReason { get; init => field = value ?? ""; } = "";

    public double Value { get; init; }

    public IReadOnlyDictionary<string, string> Annotations { get; init => field = value ?? ReadOnlyDictionary<string, string>.Empty; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>What happened this time: run id and attempt. A new one while firing updates the thread.</summary>
    public string OccurrenceId { get; init => field = value ?? ""; } = "";

    /// <summary>How often it has happened while firing, from 1.</summary>
    public int Occurrences { get; init => field = Math.Max(1, value); } = 1;

    /// <summary>Known when it fired or happened again; a notice shows these and not what came later.</summary>
    public RunFacts? Run { get; init; }

    /// <summary>Decided in Routing; not part of the identity.</summary>
    public NoticeOwner? Owner { get; init; }

    /// <summary>The positive steps up to Tracking: event, rule, severity.</summary>
    public IReadOnlyList<WhyStep> Why { get; init => field = value ?? []; } = [];

    public string GeneratorUrl { get; init => field = value ?? ""; } = "";

    [JsonIgnore]
    public string Fingerprint => FingerprintText(Labels.Fingerprint);

    [JsonIgnore]
    public string Environment => Labels[LabelNames.Environment] is { Length: > 0 } environment ? environment : "unknown";

    [JsonIgnore]
    public bool IsFiring => Phase == AlertPhase.Firing;

    /// <summary>As it stands in addresses and in the store.</summary>
    public static string FingerprintText(ulong fingerprint) => fingerprint.ToString("x16", CultureInfo.InvariantCulture);
}
