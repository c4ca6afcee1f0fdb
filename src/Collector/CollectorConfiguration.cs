using Observability.Configuration;

namespace Observability.Collector;

/// <summary>What the Collector reads of a configuration folder. Immutable: a reload is another one.</summary>
public sealed record CollectorConfiguration
{
    public required EnvironmentsConfiguration Environments { get; init; }

    public required SourcesConfiguration Sources { get; init; }

    /// <summary>For the tier of assets, which becomes a label of their series; who owns what is decided by the engine.</summary>
    public OwnersConfiguration Owners { get; init; } = OwnersConfiguration.Empty;

    public required LimitSettings Limits { get; init; }

    /// <summary>How old an event may be before its log row is stamped with the time of receipt instead; settings.yaml's <c>page_within</c>.</summary>
    public required TimeSpan PageWithin { get; init; }

    /// <summary>Address of a tracer's OTLP over HTTP, without a slash at its end; empty when there is none.</summary>
    public string ForwardTracesTo { get; init; } = "";

    /// <summary>Addresses that get a copy of all samples by remote write; the same list as long as the configuration is the same.</summary>
    public IReadOnlyList<string> ForwardMetricsTo { get; init; } = [];

    /// <summary>Null: loopback only, no keys.</summary>
    public AccessConfiguration? Access { get; init; }

    public static CollectorConfiguration Of(LoadedConfiguration loaded) => new()
    {
        Environments = loaded.Environments,
        Sources = loaded.Sources,
        Owners = loaded.Owners,
        Limits = loaded.Settings.Limits,
        PageWithin = loaded.Settings.PageWithin,
        ForwardTracesTo = loaded.Settings.ForwardTracesTo,
        ForwardMetricsTo = loaded.Settings.ForwardMetricsTo,
        Access = loaded.Access,
    };
}
