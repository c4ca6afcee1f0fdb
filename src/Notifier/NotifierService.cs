using Microsoft.Extensions.DependencyInjection.Extensions;
using Observability.Configuration;
using Observability.Durability;
using Observability.Messaging;
using Observability.Notifier.Api;
using Observability.Notifier.Channels;
using Observability.Notifier.Consuming;
using Observability.Notifier.Delivering;
using Observability.Notifier.Recording;
using Observability.Notifier.Rendering;
using Observability.ServiceDefaults.Access;
using Observability.StateStore;

namespace Observability.Notifier;

/// <summary>
/// The Notifier as a part of a host: its own process, Standalone and the tests call these two alike. The host feeds the registered
/// <see cref="IIntentConsumer"/>.
/// </summary>
/// <remarks>Settings: <c>config</c> (folder; absent: the shipped defaults) and <c>data</c> (folder; state lies in <c>notifier</c> below it).</remarks>
public static class NotifierService
{
    /// <summary>The key of the Notifier's own <see cref="IStateStore"/>.</summary>
    public const string StateKey = "notifier";

    public static IHostApplicationBuilder AddNotifier(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        var directory = Path.Combine(builder.Configuration["data"] ?? "data", "notifier");
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IDisk>(_ => PhysicalDisk.Instance);
        services.TryAddSingleton<IFileReader>(_ => DiskFileReader.Instance);
        services.TryAddSingleton(_ => new DeliveryLimits());

        // Recording: what is kept. The others write through it.
        services.TryAddKeyedSingleton(StateKey, (provider, _) => OpenStateStore(provider, directory));
        services.AddSingleton(provider => OpenJournal(provider));
        services.AddSingleton<NotifierMetrics>();

        // Rendering, Channels and Delivering: see DeliveryPath.cs.
        services.AddSingleton<NoticeTemplates>();
        services.AddSingleton<NoticeRenderer>();
        services.AddSingleton<ChannelCatalog>();
        services.AddSingleton<DeliveryPath>();
        services.AddSingleton<Fallback>();
        services.AddSingleton(provider => new Backoff(provider.GetRequiredService<DeliveryLimits>(), Random.Shared));
        services.AddSingleton<DeliveryStep>();
        services.AddSingleton<DeliveryDispatcher>();
        services.AddSingleton<TestNotice>();

        // Consuming.
        services.AddSingleton<IIntentConsumer, IntentConsumer>();

        services.AddHostedService(provider => provider.GetRequiredService<DeliveryDispatcher>());
        services.AddHostedService<Retention>();
        return builder;
    }

    public static WebApplication MapNotifier(this WebApplication app)
    {
        app.MapGroup("").RequireRole(AccessRoles.Read).MapNotices();
        app.MapGroup("").RequireRole(AccessRoles.Edit).MapTestNotice();
        return app;
    }

    // Containers have no asynchronous construction. These run once, at start, before there is a request to wait behind them.
    private static IStateStore OpenStateStore(IServiceProvider provider, string directory) =>
        JournalStateStore.OpenAsync(provider.GetRequiredService<IDisk>(), directory, provider.GetRequiredService<TimeProvider>()).GetAwaiter().GetResult();

    private static NoticeJournal OpenJournal(IServiceProvider provider)
    {
        var journal = new NoticeJournal(new NoticeStore(provider.GetRequiredKeyedService<IStateStore>(StateKey)));
        journal.OpenAsync(CancellationToken.None).GetAwaiter().GetResult();
        return journal;
    }
}
