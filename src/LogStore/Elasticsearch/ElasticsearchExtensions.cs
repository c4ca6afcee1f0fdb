using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Observability.Telemetry;

namespace Observability.LogStore.Elasticsearch;

/// <summary>The log store of the distributed shape, as a part of a host.</summary>
public static class ElasticsearchExtensions
{
    private const string ConnectionName = "elasticsearch";

    /// <summary>
    /// Registers <see cref="ILogStore"/> and <see cref="ILogSource"/> on the node that <c>ConnectionStrings:elasticsearch</c> names. The node need not be there at
    /// start: what is written waits in the spool, searches answer with the reason.
    /// </summary>
    /// <exception cref="InvalidOperationException">The connection string is not set.</exception>
    public static IHostApplicationBuilder AddElasticsearchLogStore(this IHostApplicationBuilder builder)
    {
        if (builder.Configuration.GetConnectionString(ConnectionName) is not { Length: > 0 } text)
        {
            throw new InvalidOperationException("ConnectionStrings:elasticsearch is not set; expected http://user:password@host:9200 (environment: ConnectionStrings__elasticsearch)");
        }
        var options = new ElasticsearchStoreOptions { Address = ElasticsearchAddress.Parse(text) };
        // A client of its own: the store judges and repeats by itself, and a bulk request must not be repeated behind its back.
        builder.Services.AddSingleton<ILogStore>(services =>
            new ElasticsearchLogStore(new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5) }), options,
                services.GetRequiredService<ILogger<ElasticsearchLogStore>>()));
        builder.Services.AddSingleton<ILogSource>(services => services.GetRequiredService<ILogStore>());
        return builder;
    }
}
