using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Observability.Collector.Api;
using Observability.Collector.Forwarding;
using Observability.Collector.Indexing;
using Observability.Collector.Normalizing;
using Observability.Collector.Metrics;
using Observability.Collector.Publishing;
using Observability.Collector.Receiving;
using Observability.Collector.Receiving.Bodies;
using Observability.Collector.Receiving.Otlp;
using Observability.Collector.Receiving.Signatures;
using Observability.Collector.Spooling;
using Observability.Configuration;
using Observability.Durability;

namespace Observability.Collector;

/// <summary>
/// The Collector as a part of a host: its own process, Standalone and tests call the same pair. The host also registers an ILogStore, an IFramePublisher,
/// and (TryAddActiveConfiguration) the configuration with the gate that it asks for.
/// </summary>
public static class CollectorService
{
    /// <summary>Section of the host's configuration with the spool's directory and segment size.</summary>
    public const string SpoolSection = "Collector:Spool";

    /// <summary>Adds every stage. The configuration is the ActiveConfiguration of the process, asked at each request: a reload is seen at once.</summary>
    public static IHostApplicationBuilder AddCollector(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IDisk>(PhysicalDisk.Instance);
        services.TryAddSingleton(Random.Shared);
        services.TryAddSingleton<IFileReader>(DiskFileReader.Instance);
        services.TryAddSingleton<Func<CollectorConfiguration>>(static provider =>
        {
            var active = provider.GetRequiredService<ActiveConfiguration>();
            CollectorConfiguration? current = null;
            active.Changed += loaded => Volatile.Write(ref current, CollectorConfiguration.Of(loaded));
            // Behind the subscription, and only if it has not told of another one yet.
            Interlocked.CompareExchange(ref current, CollectorConfiguration.Of(active.Current), null);
            return () => Volatile.Read(ref current)!;
        });
        services.AddOptions<SpoolOptions>()
            .Configure(options => options.Directory = Path.Combine(builder.Configuration["data"] ?? "data", "spool"))
            .Bind(builder.Configuration.GetSection(SpoolSection)).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<Spool>(OpenSpool);

        services.AddSingleton<BodyBufferPool>(static _ => new BodyBufferPool());
        services.AddSingleton<BodyReader>();
        services.AddSingleton<BodyInflater>();
        services.AddSingleton<SnappyInflater>();
        services.AddSingleton<SignatureVerifier>();
        services.AddSingleton<WebhookAuthentication>();
        services.AddSingleton<OtlpDecoderPool>();
        services.AddSingleton<EnvironmentResolver>();
        services.AddSingleton<EventNormalizer>();
        services.AddSingleton<SourceActivity>();
        services.AddSingleton<CollectorMetrics>();
        services.AddSingleton<CopySender>();
        services.AddSingleton<TraceForwarding>();
        services.AddSingleton<MetricForwarding>();
        services.AddSingleton<RecordPath>();

        services.AddHostedService<HeartbeatService>();
        services.AddHostedService<IndexingService>();
        services.AddHostedService<PublishingService>();
        services.AddHostedService(static provider => provider.GetRequiredService<TraceForwarding>());
        services.AddHostedService(static provider => provider.GetRequiredService<MetricForwarding>());
        return builder;
    }

    /// <summary>Every address of the Collector: OTLP, remote write, Loki push, webhooks, and its own API.</summary>
    public static WebApplication MapCollector(this WebApplication app)
    {
        OtlpEndpoints.Map(app);
        RemoteWriteEndpoints.Map(app);
        LokiPushEndpoints.Map(app);
        WebhookEndpoints.Map(app);
        CollectorApi.Map(app);
        return app;
    }

    private static Spool OpenSpool(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<SpoolOptions>>().Value;
        var capacity = services.GetRequiredService<Func<CollectorConfiguration>>()().Limits.SpoolBytes;
        var spool = Spool.Open(services.GetRequiredService<IDisk>(), options, capacity, services.GetRequiredService<TimeProvider>());
        Spooling.Log.Opened(services.GetRequiredService<ILogger<Spool>>(), options.Directory, spool.Incarnation.ToString("x16", System.Globalization.CultureInfo.InvariantCulture),
            spool.NewestSequence, spool.Indexing.Position, spool.Publishing.Position);
        return spool;
    }
}
