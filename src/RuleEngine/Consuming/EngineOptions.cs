using Observability.Durability;
using Observability.MetricStore;
using Observability.RuleEngine.Runs;
using Observability.Telemetry;

namespace Observability.RuleEngine.Consuming;

/// <summary>Sizes and times of the engine's journal and of the state that is made from it.</summary>
internal sealed record EngineOptions
{
    /// <summary>Journal written since the last snapshot at which the next one is made. Default 64 MiB: about a second of replay.</summary>
    public long SnapshotAfterBytes { get; init; } = 64L << 20;

    /// <summary>Age of the last snapshot at which the next one is made, if anything was applied since. Default 5 minutes.</summary>
    public TimeSpan SnapshotAfter { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How often live series of pipelines are written again. Default 60 s: well inside the five minutes after which a query takes a series for ended.</summary>
    public TimeSpan TickEvery { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Called before each record is applied, live and in a replay: where a simulation makes the engine crash. Null when it ships.</summary>
    public Action<FrameName>? BeforeApplying { get; init; }

    public AppendLogOptions Journal { get; init; } = new();

    public MetricStoreOptions Metrics { get; init; } = new();

    public RunOptions Runs { get; init; } = new();
}
