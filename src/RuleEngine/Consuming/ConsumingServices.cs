using Observability.Durability;
using Observability.Messaging;
using Observability.MetricStore;
using Observability.Telemetry;

namespace Observability.RuleEngine.Consuming;

/// <summary>Consuming in a service container. Every <see cref="IChangeListener"/> that is registered is told of changes.</summary>
internal static class ConsumingServices
{
    /// <param name="services">Also needs <see cref="IDisk"/> and <see cref="TimeProvider"/>.</param>
    /// <param name="dataDirectory">The service's; the engine's own folder is made in it.</param>
    /// <param name="options">Limits and times.</param>
    public static IServiceCollection AddConsuming(this IServiceCollection services, string dataDirectory, EngineOptions options)
    {
        var directory = Path.Combine(dataDirectory, "engine");
        services.AddSingleton(options);
        services.AddSingleton(provider => EngineStore.Open(provider.GetRequiredService<IDisk>(), directory, options, provider.GetRequiredService<ILogger<EngineStore>>()));
        services.AddSingleton(provider => provider.GetRequiredService<EngineStore>().State);
        services.AddSingleton(provider => provider.GetRequiredService<EngineState>().Runs);
        services.AddSingleton<IMetricStore>(provider => provider.GetRequiredService<EngineState>().Metrics);
        services.AddSingleton<ISeriesSource>(provider => provider.GetRequiredService<EngineState>().Metrics);
        services.AddSingleton(provider => new DeadLetterFrames(provider.GetRequiredService<IDisk>(), Path.Combine(directory, "dead-letters")));
        services.AddSingleton(provider => StartWith(provider.GetServices<IChangeListener>(), provider));
        services.AddSingleton<IFrameConsumer>(provider => provider.GetRequiredService<FrameIntake>());
        services.AddHostedService(provider => provider.GetRequiredService<FrameIntake>());
        return services;
    }

    /// <summary>Listeners are added before the intake can commit anything, so that none misses a change.</summary>
    private static FrameIntake StartWith(IEnumerable<IChangeListener> listeners, IServiceProvider provider)
    {
        var store = provider.GetRequiredService<EngineStore>();
        foreach (var listener in listeners)
        {
            store.AddListener(listener);
        }
        return ActivatorUtilities.CreateInstance<FrameIntake>(provider);
    }
}
