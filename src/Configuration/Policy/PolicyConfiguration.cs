namespace Observability.Configuration;

/// <summary><c>policy.yaml</c>: which environments each receiver may hear of, and what Alertmanager's format has no key for.</summary>
public sealed record PolicyConfiguration
{
    /// <summary>No receiver is restricted; the fallback is the root route's receiver.</summary>
    public static PolicyConfiguration Open(string fallback) => new() { Fallback = fallback };

    /// <summary>Told when the environment is unknown, the owner is unknown, or a delivery failed for good.</summary>
    public required string Fallback { get; init; }

    /// <summary>By receiver name; only receivers that alerting.yaml defines.</summary>
    public IReadOnlyDictionary<string, ReceiverPolicy> Receivers { get; init; } = new Dictionary<string, ReceiverPolicy>();

    public ReceiverPolicy For(string receiver) => Receivers.TryGetValue(receiver, out var policy) ? policy : ReceiverPolicy.Unrestricted;

    /// <summary>
    /// Whether <paramref name="receiver"/> may hear of <paramref name="environment"/> (a canonical name). Of <c>unknown</c> only the fallback hears,
    /// and the fallback hears of every environment that its own entry allows.
    /// </summary>
    public bool Allows(string receiver, string environment) =>
        environment is DeploymentEnvironment.UnknownName or ""
            ? receiver == Fallback
            : For(receiver).Allows(environment);
}
