using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Observability.ServiceDefaults.Http;

internal static class HttpClientDefaults
{
    // Resilience outside, discovery inside: each repetition may go to another replica.
    internal static void Add(IServiceCollection services) =>
        services.ConfigureHttpClientDefaults(static client =>
        {
            client.AddHttpMessageHandler(static () => new ResilienceHandler());
            client.AddHttpMessageHandler(static provider => new ServiceDiscoveryHandler(provider.GetRequiredService<IConfiguration>()));
        });
}
