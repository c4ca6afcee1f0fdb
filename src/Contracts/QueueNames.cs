namespace Observability.Contracts;

/// <summary>Every name on the broker, once. A changed meaning gets a new name with a new version, so that old and new programs never share a queue.</summary>
public static class QueueNames
{
    /// <summary>The stream of telemetry frames: written once by Collectors, read by every RuleEngine replica at its own offset.</summary>
    public const string Telemetry = "obs.telemetry";

    /// <summary>Intents to notify, RuleEngine to Notifier: a quorum queue.</summary>
    public const string Intents = "obs.intents.v1";

    /// <summary>Where messages go that their consumer failed on repeatedly.</summary>
    public const string DeadLetters = "obs.dead-letters.v1";
}
