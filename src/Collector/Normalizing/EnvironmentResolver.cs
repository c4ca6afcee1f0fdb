using Observability.Configuration;
using Observability.Telemetry;

namespace Observability.Collector.Normalizing;

/// <summary>A canonical environment, and what the sender wrote when that is not declared.</summary>
/// <param name="Name">A name that environments.yaml declares or covers, or <c>unknown</c>.</param>
/// <param name="Raw">The sender's word when the name is unknown; else empty.</param>
internal readonly record struct ResolvedEnvironment(string Name, string Raw);

/// <summary>
/// Decides the environment of what came in. Order: what sources.yaml fixes for the endpoint, what the event says, what the address says
/// (<c>?environment=</c>), what the branch says. Nobody's word becomes <c>unknown</c>, never prod.
/// </summary>
internal sealed class EnvironmentResolver(Func<CollectorConfiguration> configuration)
{
    /// <summary>What nobody said. As a word of a sender it says no more than none: another Collector wrote it.</summary>
    private const string Unknown = "unknown";

    /// <summary>Longer words are no name that anybody meant; they are cut before they become an attribute.</summary>
    private const int MaximumRawLength = 256;

    public ResolvedEnvironment Resolve(string raw) => Resolve(configuration(), raw);

    public ResolvedEnvironment ResolveEvent(RunEvent runEvent, SourceEndpoint? endpoint, string fromAddress)
    {
        var current = configuration();
        var word = endpoint?.Environment
            ?? FirstGiven(runEvent.Environment, fromAddress)
            ?? current.Sources.EnvironmentOf(endpoint, runEvent.Branch)?.Environment
            ?? "";
        return Resolve(current, word);
    }

    private static ResolvedEnvironment Resolve(CollectorConfiguration configuration, string raw)
    {
        if (raw.Length == 0 || raw == Unknown)
        {
            return new ResolvedEnvironment(Unknown, "");
        }
        var resolved = configuration.Environments.Resolve(raw.Length > MaximumRawLength ? raw[..MaximumRawLength] : raw);
        return new ResolvedEnvironment(resolved.Name, resolved.Raw);
    }

    private static string? FirstGiven(params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
        {
            if (word.Length > 0 && word != Unknown)
            {
                return word;
            }
        }
        return null;
    }
}
