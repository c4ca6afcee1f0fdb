using Microsoft.Extensions.DependencyInjection.Extensions;
using Observability.Configuration;
using Observability.Durability;
using Observability.Messaging;
using Observability.MetricStore;
using Observability.RuleEngine.Api;
using Observability.RuleEngine.Configuration;
using Observability.RuleEngine.Consuming;
using Observability.RuleEngine.Deciding;
using Observability.RuleEngine.Evaluating;
using Observability.RuleEngine.Publishing;
using Observability.RuleEngine.Runs;
using Observability.RuleEngine.Tracking;
using Observability.ServiceDefaults.Access;
using Observability.StateStore;

namespace Observability.RuleEngine;

/// <summary>
/// The RuleEngine as a part of a host: its own process, Standalone and the tests call these two alike. The host adds the <see cref="ActiveConfiguration"/>
/// and an <see cref="IIntentPublisher"/>, and feeds the registered <see cref="IFrameConsumer"/>.
/// </summary>
/// <remarks>Setting: <c>data</c> (folder; state lies in <c>engine</c> below it).</remarks>
public static class RuleEngineService
{
    /// <summary>The key of the engine's own <see cref="IStateStore"/>.</summary>
    public const string StateKey = "engine";

    public static IHostApplicationBuilder AddRuleEngine(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        var directory = Path.Combine(builder.Configuration["data"] ?? "data", "engine");
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IDisk>(_ => PhysicalDisk.Instance);

        // Consuming and Runs: frames become series and runs, in one journal.
        services.AddSingleton(provider => new EngineOptions { Metrics = MetricOptions(provider.GetRequiredService<ActiveConfiguration>().Current.Settings) });
        services.AddSingleton(provider => OpenEngineStore(provider, directory));
        services.AddSingleton(provider => provider.GetRequiredService<EngineStore>().State);
        services.AddSingleton<IMetricStore>(provider => provider.GetRequiredService<EngineState>().Metrics);
        services.AddSingleton(provider => provider.GetRequiredService<EngineState>().Runs);
        services.AddSingleton<IRunFacts>(provider => provider.GetRequiredService<RunCatalog>());
        services.AddSingleton(provider => new DeadLetterFrames(provider.GetRequiredService<IDisk>(), Path.Combine(directory, "dead-letters")));
        services.AddSingleton<FrameIntake>();
        services.AddSingleton<IFrameConsumer>(provider => provider.GetRequiredService<FrameIntake>());

        // Evaluating to Publishing: see AlertPath.cs.
        services.AddKeyedSingleton(StateKey, (provider, _) => OpenStateStore(provider, directory));
        services.AddSingleton(provider => new ConfigurationKeeper(provider.GetRequiredService<ActiveConfiguration>(), StateOf(provider), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new DecisionStore(StateOf(provider)));
        services.AddSingleton(provider => new DecisionLease(StateOf(provider), holder: StateKey, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<RuleHealth>();
        services.AddSingleton(provider => new RuleEvaluator(provider.GetRequiredService<IMetricStore>()));
        services.AddSingleton<AlertPath>();
        services.AddSingleton<DecisionLoop>();
        services.AddSingleton(provider => new OutboxRelay(StateOf(provider), provider.GetRequiredService<IIntentPublisher>(),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<OutboxRelay>>()));

        // In this order: the configuration is there before anything decides, and whoever decides listens before the first frame is taken.
        services.AddHostedService<EngineStartup>();
        services.AddHostedService(provider => provider.GetRequiredService<DecisionLoop>());
        services.AddHostedService(provider => provider.GetRequiredService<OutboxRelay>());
        services.AddHostedService(provider => provider.GetRequiredService<FrameIntake>());
        return builder;
    }

    public static WebApplication MapRuleEngine(this WebApplication app)
    {
        var read = app.MapGroup("").RequireRole(AccessRoles.Read);
        read.MapAlerts();
        read.MapStatus();
        read.MapRunsApi();
        read.MapPrometheusQueryApi();
        app.MapGroup("").RequireRole(AccessRoles.Admin).MapSeriesDeletion();
        app.MapRuleConfiguration();
        return app;
    }

    private static IStateStore StateOf(IServiceProvider provider) => provider.GetRequiredKeyedService<IStateStore>(StateKey);

    // Read at start: the state that the journal makes must not change its limits in between.
    private static MetricStoreOptions MetricOptions(SettingsConfiguration settings) =>
        new() { Retention = settings.Retention.Metrics, MaximumSeries = settings.Limits.ActiveSeries };

    private static EngineStore OpenEngineStore(IServiceProvider provider, string directory) =>
        EngineStore.Open(provider.GetRequiredService<IDisk>(), Path.Combine(directory, "telemetry"), provider.GetRequiredService<EngineOptions>(),
            provider.GetRequiredService<ILogger<EngineStore>>());

    // Containers have no asynchronous construction. This runs once, at start, before there is a request to wait behind it.
    private static IStateStore OpenStateStore(IServiceProvider provider, string directory) =>
        JournalStateStore.OpenAsync(provider.GetRequiredService<IDisk>(), Path.Combine(directory, "state"), provider.GetRequiredService<TimeProvider>())
            .GetAwaiter().GetResult();
}
