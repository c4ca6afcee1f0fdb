using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Observability.ServiceDefaults.Observing;

/// <summary>
/// Traces, metrics and logs of the service itself, over OTLP to <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> (nothing is exported without it). The instrumentation
/// packages are not used: .NET's libraries publish their own activities and meters, and these are listened to by name.
/// </summary>
internal static class OpenTelemetrySetup
{
    /// <summary>Activity source and meter of this product.</summary>
    private const string Ours = "Observability";

    private static readonly string[] ActivitySources = [Ours, "MassTransit", "Microsoft.AspNetCore", "System.Net.Http", "Npgsql", "RabbitMQ.Client.*"];

    private static readonly string[] Meters =
    [
        Ours, "MassTransit", "System.Runtime", "System.Net.Http", "System.Net.NameResolution", "Npgsql", "Microsoft.AspNetCore.Hosting",
        "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.Routing", "Microsoft.AspNetCore.Diagnostics",
    ];

    internal static void Add(IHostApplicationBuilder builder)
    {
        var serviceName = builder.Configuration["OTEL_SERVICE_NAME"] ?? builder.Environment.ApplicationName;
        var telemetry = new HostOpenTelemetryBuilder(builder.Services);
        telemetry
            .ConfigureResource(resource => resource.AddService(serviceName, serviceInstanceId: Environment.MachineName))
            .WithTracing(static tracing => tracing.AddSource(ActivitySources))
            .WithMetrics(static metrics => metrics.AddMeter(Meters))
            .WithLogging(null, static options =>
            {
                options.IncludeFormattedMessage = true;
                options.IncludeScopes = true;
            });
        if (!string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
        {
            telemetry.UseOtlpExporter();
        }
        builder.Services.AddHostedService<TelemetryProvidersService>();
        builder.Services.AddSingleton<IStartupFilter, ServerSpanStartupFilter>();
    }

    private sealed class HostOpenTelemetryBuilder(IServiceCollection services) : IOpenTelemetryBuilder
    {
        public IServiceCollection Services => services;
    }
}
