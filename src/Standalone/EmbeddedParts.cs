using Observability.Configuration;
using Observability.Durability;
using Observability.LogStore;
using Observability.LogStore.Segments;
using Observability.Messaging;
using Observability.Messaging.InProcess;
using Observability.Telemetry;

namespace Observability.Standalone;

/// <summary>What stands in Standalone where the distributed shape has Elasticsearch and RabbitMQ.</summary>
internal static class EmbeddedParts
{
    public static void AddEmbeddedParts(this IHostApplicationBuilder builder)
    {
        var directory = Path.Combine(builder.Configuration["data"] ?? "data", "logs");
        var services = builder.Services;
        services.AddSingleton<ILogStore>(provider => SegmentLogStore.Open(
            PhysicalDisk.Instance,
            new SegmentStoreOptions { Directory = directory, Retention = provider.GetRequiredService<ActiveConfiguration>().Current.Settings.Retention.Logs },
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<SegmentLogStore>>()));
        services.AddSingleton<ILogSource>(provider => provider.GetRequiredService<ILogStore>());
        services.AddSingleton<IFramePublisher, InProcessFramePublisher>();
        services.AddSingleton<IIntentPublisher, InProcessIntentPublisher>();
    }
}
