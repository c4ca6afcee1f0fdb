using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Observability.Configuration;
using Observability.ServiceDefaults.Access;

namespace Observability.ServiceDefaults.Tests.Access;

internal static class AccessFixtures
{
    public static ApiKey Key(string name, string secret, AccessRoles roles, params string[] environments) => new()
    {
        Name = name,
        Line = 3,
        Sha256 = SHA256.HashData(Encoding.UTF8.GetBytes(secret)),
        Roles = roles,
        Environments = environments.Length == 0 ? null : environments,
    };

    public static AccessConfiguration Keys(params ApiKey[] keys) => new() { Keys = keys };

    /// <summary>A real server on a free port of 127.0.0.1 with one endpoint of each kind of handler.</summary>
    public static async Task<WebApplication> StartAsync(AccessConfiguration? access, string url = "http://127.0.0.1:0")
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration["urls"] = url;
        builder.Services.AddAccess(_ => () => access);
        var app = builder.Build();
        app.UseWebSockets();
        app.MapPost("/write", context => context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(context.GetActor().Name)).AsTask()).RequireRole(AccessRoles.Ingest);
        app.MapGroup("/api").RequireRole(AccessRoles.Read).MapGet("/read", () => "read");
        await app.StartAsync();
        return app;
    }
}
