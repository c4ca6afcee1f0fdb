using System.Collections.ObjectModel;
using System.Text.Json.Serialization;
using Observability.Telemetry;

namespace Observability.Contracts;

/// <summary>What a notice tells.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<IntentKind>))]
public enum IntentKind
{
    /// <summary>At least one alert of the group fires.</summary>
    Firing,

    /// <summary>All alerts that were told are over.</summary>
    Resolved,

    /// <summary>Good news (succeeded, deployed): told once per occurrence, never resolved.</summary>
    Notice,

    /// <summary>A person asked for a test of a receiver.</summary>
    Test,
}

/// <summary>
/// RuleEngine's decision that one integration of one receiver is to hear about one group: everything that is needed to render and deliver it,
/// so that the Notifier asks nobody. Its <see cref="Id"/> is its identity: the same decision published twice is delivered once.
/// </summary>
public sealed record NotificationIntent
{
    /// <summary>Raised when a reader of the old form would misread the new one. Members may be added without raising it.</summary>
    public const int CurrentVersion = 1;

    public int Version { get; init => field = Math.Max(1, value); } = CurrentVersion;

    /// <summary>Hash of (<see cref="GroupKey"/>, <see cref="Receiver"/>, <see cref="Integration"/>, <see cref="Ordinal"/>), 32 hex digits.</summary>
    public required string Id { get; init; }

    /// <summary>The group's identity: route and group labels. Also the thread: all intents of one group and integration belong to one conversation per incident.</summary>
    public required string GroupKey { get; init; }

    public required string Receiver { get; init; }

    /// <summary>Kind and position within the receiver: <c>slack[0]</c>, <c>email[1]</c>, <c>preview[0]</c>.</summary>
    public required string Integration { get; init; }

    /// <summary>1, 2, 3 … within (group, receiver, integration). Delivered in this order; a newer one may supersede an older undelivered one.</summary>
    public required long Ordinal { get; init; }

    /// <summary>Names the incident within the group: the first ordinal of the conversation. A group that closed and fires again starts a new thread.</summary>
    public required long Incident { get; init; }

    public required IntentKind Kind { get; init; }

    /// <summary>True when it only brings a running conversation up to date (a second failed run): no new page, no mention.</summary>
    public bool IsUpdate { get; init; }

    /// <summary>The group's environment, <c>unknown</c> if its alerts differ or have none.</summary>
    public required string Environment { get; init; }

    /// <summary>Fencing epoch of the engine that decided.</summary>
    public ulong Epoch { get; init; }

    public long ConfigurationVersion { get; init; }

    public DateTimeOffset DecidedAt { get; init; }

    public IReadOnlyDictionary<string, string> GroupLabels { get; init => field = value ?? ReadOnlyDictionary<string, string>.Empty; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Firing ones first, then by severity, then by start.</summary>
    public IReadOnlyList<NoticeAlert> Alerts { get; init => field = value ?? []; } = [];

    /// <summary>Alerts of the group that are not listed, because a message has a size.</summary>
    public int OmittedAlerts { get; init; }

    /// <summary>
    /// Set when <see cref="Receiver"/> and <see cref="Integration"/> no longer name the address that heard the beginning: this goes there all the same.
    /// </summary>
    public ToldAddress? Address { get; init; }

    /// <summary>Why this receiver is told: the route's path and the environment filter, in words.</summary>
    public string RouteReason { get; init => field = value ?? ""; } = "";

    public static string IdOf(string groupKey, string receiver, string integration, long ordinal)
    {
        var ordinalText = ordinal.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return StableHash.OfParts(groupKey, receiver, integration, ordinalText).ToString("x16", System.Globalization.CultureInfo.InvariantCulture)
            + StableHash.OfParts(ordinalText, integration, receiver, groupKey, "second half").ToString("x16", System.Globalization.CultureInfo.InvariantCulture);
    }
}

/// <summary>The address that a conversation was begun with, apart from what the configuration calls it now.</summary>
/// <param name="Id">Configuration's IntegrationAddress: a hash of where the integration leads.</param>
/// <param name="Settings">Configuration's IntegrationSettings: how it is reached, secrets as the paths of their files.</param>
/// <param name="SendResolved">Whether the end is told there.</param>
public sealed record ToldAddress(string Id, string Settings = "", bool SendResolved = true);

/// <summary>One alert inside a notice.</summary>
public sealed record NoticeAlert
{
    /// <summary>Sixteen hex digits: the alert's address in the Portal and in <c>/api/v1/why</c>.</summary>
    public required string Fingerprint { get; init; }

    public required bool Firing { get; init; }

    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    public IReadOnlyDictionary<string, string> Annotations { get; init => field = value ?? ReadOnlyDictionary<string, string>.Empty; } = ReadOnlyDictionary<string, string>.Empty;

    public required DateTimeOffset StartsAt { get; init; }

    /// <summary>Null while it fires.</summary>
    public DateTimeOffset? EndsAt { get; init; }

    /// <summary>Why it ended, when that is not "the condition is no longer true": <c>pipeline retired</c>, <c>rule removed</c>.</summary>
    public string EndReason { get; init => field = value ?? ""; } = "";

    public string GeneratorUrl { get; init => field = value ?? ""; } = "";

    public NoticeOwner? Owner { get; init; }

    public RunFacts? Run { get; init; }

    /// <summary>Times it has happened while firing: 2 after a second failed run.</summary>
    public int Occurrences { get; init => field = Math.Max(1, value); } = 1;

    /// <summary>The positive steps of the decision, in order: event, rule, severity, owner, group, muting, route.</summary>
    public IReadOnlyList<WhyStep> Why { get; init => field = value ?? []; } = [];
}

/// <summary>Who answers for an alert, and how to reach them. <see cref="Name"/> is <c>unowned</c> when no step of the chain found one.</summary>
/// <param name="DecidedBy">The step that found the owner: <c>meta.owner</c>, <c>owners.yaml pipelines: orders_*</c>.</param>
public sealed record NoticeOwner(string Name, string DecidedBy, string Email = "", string SlackId = "", string SlackChannel = "")
{
    public const string Unowned = "unowned";
}

/// <summary>What is known of the run behind an alert, as a notice shows it. Empty or null means that the source did not send it.</summary>
public sealed record RunFacts
{
    public required string Source { get; init; }

    public required string Pipeline { get; init; }

    public string RunId { get; init => field = value ?? ""; } = "";

    public int Attempt { get; init => field = Math.Max(1, value); } = 1;

    /// <summary>The first failed task, node or step.</summary>
    public string FailedTask { get; init => field = value ?? ""; } = "";

    public int FailedTaskCount { get; init; }

    public string Error { get; init => field = value ?? ""; } = "";

    public string Url { get; init => field = value ?? ""; } = "";

    public string Commit { get; init => field = value ?? ""; } = "";

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public double? DurationSeconds { get; init; }

    /// <summary>Median of the last good runs (30 at most); null below five of them.</summary>
    public double? UsualDurationSeconds { get; init; }

    public long? Rows { get; init; }

    public DateTimeOffset? LastGoodAt { get; init; }

    /// <summary>Who answers for the run according to its source, and where the source said so; the owner is resolved from it.</summary>
    public string OwnerHint { get; init => field = value ?? ""; } = "";

    public string OwnerHintOrigin { get; init => field = value ?? ""; } = "";

    /// <summary>True when the sender's clock is more than six hours off the engine's.</summary>
    public bool ClockSkew { get; init; }
}

/// <summary>One step of a why chain: a stage, what it decided and the reason in words.</summary>
public sealed record WhyStep(string Stage, bool Passed, string Reason, DateTimeOffset? At = null);
