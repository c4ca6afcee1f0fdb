using Observability.Collector.Receiving.Signatures;
using Observability.Telemetry;

namespace Observability.Collector.Sources;

/// <summary>
/// Translates what one system sends into run events. A pure function: no clock, no disk, no state, so it is tested with recorded files alone, and a repair
/// job can feed it like a webhook does.
/// </summary>
internal interface ISource
{
    /// <summary>As in the address: <c>/webhooks/{name}</c>.</summary>
    string Name { get; }

    /// <summary>How the system proves who it is; only looked at when the endpoint has a secret.</summary>
    SignatureScheme Signature { get; }

    /// <summary>Form posts are read too, their <c>payload</c> field being the JSON (GitHub's other content type).</summary>
    bool TakesForms { get; }

    /// <summary>Never throws for what a payload holds or lacks.</summary>
    SourceResult Read(SourcePayload payload);
}

/// <summary>How a payload was understood. Also the value of a metric label.</summary>
internal enum SourceOutcome
{
    Understood,

    /// <summary>Authentic and of a kind that says nothing about runs: answered, not kept.</summary>
    Ignored,

    /// <summary>Authentic, and what it should say could not be found: kept whole as a dead letter, so that a better reader can replay it.</summary>
    NotUnderstood,

    /// <summary>The sender can correct it (our own run JSON): refused with the field, nothing kept.</summary>
    Invalid,
}

/// <summary>What a source made of a payload.</summary>
/// <param name="Outcome">Which of the other members count.</param>
/// <param name="Events">Of an understood payload: at least one.</param>
/// <param name="Reason">Why there are none.</param>
/// <param name="Position">Of an invalid payload: the field.</param>
internal sealed record SourceResult(SourceOutcome Outcome, IReadOnlyList<RunEvent> Events, string Reason = "", string? Position = null)
{
    public static SourceResult Understood(params IReadOnlyList<RunEvent> events) => new(SourceOutcome.Understood, events);

    public static SourceResult Ignored(string reason) => new(SourceOutcome.Ignored, [], reason);

    public static SourceResult NotUnderstood(string reason) => new(SourceOutcome.NotUnderstood, [], reason);

    public static SourceResult Invalid(string reason, string position) => new(SourceOutcome.Invalid, [], reason, position);
}
