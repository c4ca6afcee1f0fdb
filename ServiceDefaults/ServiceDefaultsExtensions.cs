using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Observability.ServiceDefaults.Health;
using Observability.ServiceDefaults.Http;
using Observability.ServiceDefaults.Observing;

namespace Observability.ServiceDefaults;

/// <summary>What every service has alike. Call both once in each Program.</summary>
public static class ServiceDefaultsExtensions
{
    /// <summary>Telemetry of our own, health checks, and HTTP clients that find services by name and repeat reads.</summary>
    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        // The framework's two lines a request say nothing that our own spans and counters do not; whoever wants them sets Logging:LogLevel:Microsoft.AspNetCore.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning).AddFilter("System.Net.Http", LogLevel.Warning);
        OpenTelemetrySetup.Add(builder);
        HealthEndpoints.Add(builder.Services);
        HttpClientDefaults.Add(builder.Services);
        return builder;
    }

    /// <summary><c>/health</c> (ready for work) and <c>/alive</c> (the process answers). Both are open to everybody who reaches the port.</summary>
    public static WebApplication MapServiceDefaults(this WebApplication app)
    {
        HealthEndpoints.Map(app);
        return app;
    }
}
