using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Observability.ServiceDefaults.Health;

/// <summary>
/// Two questions with two addresses: restarting helps only when <see cref="AlivePath"/> fails; <see cref="ReadyPath"/> also fails while something
/// that the service needs is away, and then traffic should go elsewhere.
/// </summary>
public static class HealthEndpoints
{
    public const string ReadyPath = "/health";
    public const string AlivePath = "/alive";

    /// <summary>Checks with this tag decide about <see cref="AlivePath"/>.</summary>
    public const string AliveTag = "live";

    internal static void Add(IServiceCollection services) =>
        services.AddHealthChecks().AddCheck("self", static () => HealthCheckResult.Healthy(), [AliveTag]);

    internal static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapHealthChecks(ReadyPath);
        endpoints.MapHealthChecks(AlivePath, new HealthCheckOptions { Predicate = static check => check.Tags.Contains(AliveTag) });
    }
}
