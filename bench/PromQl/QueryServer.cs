using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Observability.MetricStore;
using Observability.RuleEngine.Api;

namespace Observability.Bench.PromQl;

/// <summary>The engine's query API over one store, behind Kestrel on the loopback address.</summary>
internal sealed class QueryServer(WebApplication application, EmbeddedMetricStore store) : IAsyncDisposable
{
    public Uri Url { get; } = new(application.Urls.Single());

    public static async Task<QueryServer> StartAsync(EmbeddedMetricStore store, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<IMetricStore>(store);
        var application = builder.Build();
        application.MapPrometheusQueryApi();
        await application.StartAsync(cancellationToken);
        return new QueryServer(application, store);
    }

    public async ValueTask DisposeAsync()
    {
        await application.DisposeAsync();
        store.Dispose();
    }
}
