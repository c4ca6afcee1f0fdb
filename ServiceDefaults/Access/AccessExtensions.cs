using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Observability.Configuration;

namespace Observability.ServiceDefaults.Access;

/// <summary>Wiring of <see cref="AccessGate"/>.</summary>
public static class AccessExtensions
{
    /// <param name="services">The service's container.</param>
    /// <param name="access">The access.yaml in force, read at each request so that a reload counts at once; null gives the open, loopback-only product.</param>
    public static IServiceCollection AddAccess(this IServiceCollection services, Func<IServiceProvider, Func<AccessConfiguration?>> access)
    {
        services.AddSingleton(provider => new AccessGate(access(provider)));
        services.AddHostedService<LoopbackOnlyService>();
        return services;
    }

    /// <summary>
    /// Lets only holders of a role reach the endpoints: 401, 403 or 415 with a JSON reason for the others. Wraps the handler itself, so it works for
    /// whatever kind of handler and in whatever order middleware was added.
    /// </summary>
    /// <exception cref="InvalidOperationException">While building endpoints: AddAccess was not called.</exception>
    public static TBuilder RequireRole<TBuilder>(this TBuilder builder, AccessRoles role)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.Add(endpoint =>
        {
            var gate = endpoint.ApplicationServices.GetRequiredService<AccessGate>();
            var handler = endpoint.RequestDelegate ?? throw new InvalidOperationException($"endpoint '{endpoint.DisplayName}' has no handler to protect");
            endpoint.RequestDelegate = context => gate.Judge(context, role) is { IsGranted: false } refused ? WriteRefusalAsync(context, refused) : handler(context);
        });
        return builder;
    }

    /// <summary>Answers a refused request: <c>{"error": …, "reason": …}</c>.</summary>
    public static Task WriteRefusalAsync(HttpContext context, AccessVerdict verdict)
    {
        var (status, error) = verdict.Outcome switch
        {
            AccessOutcome.Unauthenticated => (StatusCodes.Status401Unauthorized, "unauthenticated"),
            AccessOutcome.UnsupportedContentType => (StatusCodes.Status415UnsupportedMediaType, "unsupported_content_type"),
            AccessOutcome.Forbidden => (StatusCodes.Status403Forbidden, "forbidden"),
            _ => throw new ArgumentException("a granted request is not refused", nameof(verdict)),
        };
        context.Response.StatusCode = status;
        if (status == StatusCodes.Status401Unauthorized)
        {
            // Basic first: it is what makes a browser ask.
            context.Response.Headers.WWWAuthenticate = new string[] { "Basic realm=\"Observability\", charset=\"UTF-8\"", "Bearer" };
        }
        context.Response.ContentType = "application/json";
        var body = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("error", error);
            json.WriteString("reason", verdict.Reason);
            json.WriteEndObject();
        }
        return context.Response.Body.WriteAsync(body.WrittenMemory, context.RequestAborted).AsTask();
    }
}
