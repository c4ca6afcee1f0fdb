using System.Text.Json.Serialization;
using Observability.Contracts;
using Observability.Notifier.Channels;

namespace Observability.Notifier.Recording;

/// <summary>Where a notice stands. Stored and shown in <c>/api/v1/notices</c> in lower case: members are only added.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<NoticeStatus>))]
internal enum NoticeStatus
{
    /// <summary>Stored, not told yet: it waits for its turn, for the pause after a failure, or for its first attempt.</summary>
    Waiting,

    Delivered,

    /// <summary>Kept in preview: the receiver has nothing that it could be sent with.</summary>
    Kept,

    /// <summary>A newer notice of the same incident tells what this one would have told.</summary>
    Superseded,

    /// <summary>Given up; the fallback receiver was told instead.</summary>
    Failed,
}

/// <summary>One notice on its way: what is stored beside the intent and changes with each attempt.</summary>
internal sealed record DeliveryRow
{
    public const int CurrentVersion = 1;

    public int Version { get; init => field = Math.Max(1, value); } = CurrentVersion;

    public required string Id { get; init; }

    public required string Receiver { get; init; }

    public required string Integration { get; init; }

    public required string GroupKey { get; init; }

    public required long Ordinal { get; init; }

    public required long Incident { get; init; }

    public required IntentKind Kind { get; init; }

    public required string Environment { get; init; }

    public IReadOnlyList<string> Fingerprints { get; init => field = value ?? []; } = [];

    public required NoticeStatus Status { get; init; }

    /// <summary>When the intent was stored.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Since when somebody waits for what this notice says: the receipt of the oldest one that it supersedes. The deadline counts from here.</summary>
    public required DateTimeOffset WaitingSince { get; init; }

    /// <summary>When it got its final status.</summary>
    public DateTimeOffset? SettledAt { get; init; }

    public string SupersededBy { get; init => field = value ?? ""; } = "";

    /// <summary>It superseded the notice of the incident's beginning before anybody was told: it says both, and whoever is told is told for the first time.</summary>
    public bool TellsTheBeginning { get; init; }

    /// <summary>For a notice to the fallback receiver: the id of the one that could not be delivered.</summary>
    public string FallbackOf { get; init => field = value ?? ""; } = "";

    /// <summary>Why it is kept in preview or was given up.</summary>
    public string Reason { get; init => field = value ?? ""; } = "";

    public IReadOnlyList<AttemptRow> Attempts { get; init => field = value ?? []; } = [];

    [JsonIgnore]
    public string Endpoint => EndpointOf(Receiver, Integration);

    [JsonIgnore]
    public bool IsSettled => Status != NoticeStatus.Waiting;

    /// <summary>An earlier attempt may have arrived, so the next one may tell it again.</summary>
    [JsonIgnore]
    public bool MayBeRepeat => Attempts.Any(attempt => attempt.Outcome is null || attempt.MayHaveArrived);

    /// <summary>A space cannot stand in an integration's name, so two endpoints never share a key.</summary>
    public static string EndpointOf(string receiver, string integration) => $"{integration} {receiver}";

    public static DeliveryRow Of(NotificationIntent intent, DateTimeOffset now) => new()
    {
        Id = intent.Id,
        Receiver = intent.Receiver,
        Integration = intent.Integration,
        GroupKey = intent.GroupKey,
        Ordinal = intent.Ordinal,
        Incident = intent.Incident,
        Kind = intent.Kind,
        Environment = intent.Environment,
        Fingerprints = [.. intent.Alerts.Select(alert => alert.Fingerprint).Distinct(StringComparer.Ordinal)],
        Status = NoticeStatus.Waiting,
        ReceivedAt = now,
        WaitingSince = now,
    };
}

/// <summary>One request, stored before it is made and completed after it.</summary>
internal sealed record AttemptRow
{
    public required DateTimeOffset At { get; init; }

    /// <summary>The claim under which it was made: one number a start of the Notifier.</summary>
    public required ulong Epoch { get; init; }

    /// <summary>Null while it is under way, and for ever when the process ended in between.</summary>
    [JsonConverter(typeof(JsonStringEnumConverter<DeliveryOutcome>))]
    public DeliveryOutcome? Outcome { get; init; }

    public string Detail { get; init => field = value ?? ""; } = "";

    public double DurationMilliseconds { get; init; }

    public bool PossibleRepeat { get; init; }

    public bool MayHaveArrived { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DeliveryRow))]
internal sealed partial class DeliveryJson : JsonSerializerContext;
