using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Observability.LogStore;
using Observability.Portal.Api;
using Observability.Portal.Assets;
using Observability.Portal.Pages;
using Observability.Portal.Reading;
using Observability.Query.LogQL;
using Observability.Telemetry;

namespace Observability.Portal;

/// <summary>
/// The Portal as a part of a host: its own process, Standalone and the tests call these two alike. The host registers an <see cref="ILogStore"/> or an
/// <see cref="ILogSource"/>.
/// </summary>
/// <remarks>Setting: <c>config</c> (folder; absent: the shipped defaults). The Portal keeps no state, so it has no <c>data</c>.</remarks>
public static class PortalService
{
    public static IHostApplicationBuilder AddPortal(this IHostApplicationBuilder builder, PortalShape shape)
    {
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ILogSource>(provider => provider.GetRequiredService<ILogStore>());
        services.AddRazorComponents();

        services.AddSingleton(new PortalPlace(shape));
        services.AddSingleton<AssetCatalog>();
        services.AddSingleton<ILogTemplateCompiler, LogTemplateCompiler>();
        services.AddSingleton(provider => new LogQLEngine(LogQLLimits.Default, provider.GetRequiredService<ILogTemplateCompiler>()));
        services.AddSingleton<LokiTurns>();
        services.AddSingleton<LokiApi>();
        services.AddSingleton<LokiVolume>();
        services.AddSingleton<LokiDetection>();
        services.AddSingleton<LogFollowing>();
        services.AddSingleton<LokiTail>();
        services.AddSingleton<LogExport>();
        services.AddSingleton<TraceApi>();
        services.AddSingleton<Forwarding>();
        services.AddSingleton(provider => new BackendAddresses(shape, () => OwnAddress(provider)));
        services.AddHttpClient<PortalApi>(client => client.Timeout = PortalApi.Timeout);
        services.AddSingleton<LogReading>();
        services.AddSingleton<FrameReading>();
        services.AddSingleton<LiveLines>();
        return builder;
    }

    public static WebApplication MapPortal(this WebApplication app)
    {
        app.Services.GetRequiredService<AssetCatalog>().Map(app);
        app.UseWebSockets();
        app.Services.GetRequiredService<LokiApi>().Map(app);
        app.Services.GetRequiredService<LokiVolume>().Map(app);
        app.Services.GetRequiredService<LokiDetection>().Map(app);
        app.Services.GetRequiredService<LokiTail>().Map(app);
        app.Services.GetRequiredService<LogExport>().Map(app);
        app.Services.GetRequiredService<TraceApi>().Map(app);
        app.MapPages();
        if (app.Services.GetRequiredService<PortalPlace>().Shape == PortalShape.Distributed)
        {
            app.Services.GetRequiredService<Forwarding>().Map(app);
        }
        return app;
    }

    // Known only once the server listens. A wildcard address is reached over loopback.
    private static Uri OwnAddress(IServiceProvider provider)
    {
        var listening = provider.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault(static address => address.StartsWith("http:", StringComparison.Ordinal))
            ?? throw new InvalidOperationException("the Portal reads its own HTTP address, and the server listens on none");
        var address = new UriBuilder(listening.Replace("://+", "://127.0.0.1", StringComparison.Ordinal).Replace("://*", "://127.0.0.1", StringComparison.Ordinal));
        if (address.Host is "0.0.0.0" or "[::]")
        {
            address.Host = "127.0.0.1";
        }
        return address.Uri;
    }
}

/// <summary>What <see cref="PortalService.AddPortal"/> was told, for <see cref="PortalService.MapPortal"/>.</summary>
internal sealed record PortalPlace(PortalShape Shape);
