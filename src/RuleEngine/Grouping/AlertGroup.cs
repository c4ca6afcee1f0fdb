using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Observability.Contracts;
using Observability.RuleEngine.Tracking;
using Observability.Telemetry;

namespace Observability.RuleEngine.Grouping;

/// <summary>
/// Alerts of one route that share the values of its <c>group_by</c> labels, for one receiver: what is told together. This record is what the state store
/// keeps: <see cref="NextFlush"/> makes a restart go on with the wait instead of beginning it anew, <see cref="Told"/> is who heard what.
/// </summary>
internal sealed record AlertGroup
{
    /// <summary>Route key, group labels and receiver: <c>{}/{environment="prod"}:{pipeline="orders"}:slack-prod</c>.</summary>
    public required string Key { get; init; }

    public required string RouteKey { get; init; }

    public required string Receiver { get; init; }

    [JsonConverter(typeof(LabelSetJson))]
    public required LabelSet Labels { get; init; }

    /// <summary>Fingerprints of the alerts in it, firing ones and those whose end is not told yet. A tree, so that one more in a big group is no copy of it.</summary>
    public ImmutableSortedSet<ulong> Members { get; init => field = value ?? []; } = [];

    /// <summary>Members that other routes carry now (route, owner or configuration changed): followed here to their end, never told here as new.</summary>
    public ImmutableSortedSet<ulong> Departed { get; init => field = value ?? []; } = [];

    /// <summary>Never (<see cref="DateTimeOffset.MaxValue"/>) while it is closed.</summary>
    public required DateTimeOffset NextFlush { get; init; }

    /// <summary>
    /// Set while nobody is in it. A closed group is kept as long as the deliveries are, because its ordinals are part of the intents' identity:
    /// begun anew at 1, the next incident would look like one that was already told.
    /// </summary>
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>False until the first flush: the group waits <c>group_wait</c>, not <c>group_interval</c>.</summary>
    public bool HasFlushed { get; init; }

    /// <summary>
    /// Per integration (<c>slack[0]</c>) what its people know; <c>slack[0]@address</c> while others under the same name still wait for an end.
    /// </summary>
    public IReadOnlyDictionary<string, ToldState> Told { get; init => field = value ?? ImmutableDictionary<string, ToldState>.Empty; } =
        ImmutableDictionary<string, ToldState>.Empty;
}

/// <summary>What one integration was told about a group. Compare-and-set on the group's document makes <see cref="Ordinal"/> unique.</summary>
internal sealed record ToldState
{
    /// <summary>The last intent's ordinal; the next is one more.</summary>
    public long Ordinal { get; init; }

    /// <summary>The first ordinal of the running conversation.</summary>
    public long Incident { get; init; }

    public DateTimeOffset At { get; init; }

    /// <summary>Where it was told (<see cref="AddressBook"/>): the end goes there, whatever the configuration calls it by then. Empty for preview.</summary>
    public string AddressId { get; init => field = value ?? ""; } = "";

    /// <summary>Fingerprint → occurrences that were told as firing and not yet as over.</summary>
    public IReadOnlyDictionary<ulong, int> Firing { get; init => field = value ?? ImmutableDictionary<ulong, int>.Empty; } = ImmutableDictionary<ulong, int>.Empty;

    /// <summary>
    /// Fingerprint → the owner that was told, for alerts that another one owns by now: a channel may be addressed by the owner, so the end goes to whom the
    /// beginning went.
    /// </summary>
    public IReadOnlyDictionary<ulong, NoticeOwner> Owners { get; init => field = value ?? ImmutableDictionary<ulong, NoticeOwner>.Empty; } =
        ImmutableDictionary<ulong, NoticeOwner>.Empty;
}
