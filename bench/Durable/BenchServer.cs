using System.Buffers;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Observability.Collector;
using Observability.Collector.Spooling;
using Observability.Configuration;
using Observability.Durability;
using Observability.LogStore;
using Observability.Messaging;
using Observability.ServiceDefaults.Access;

namespace Observability.Bench.Durable;

internal enum BenchServerKind
{
    /// <summary>The floor: reads the body into a pooled buffer and answers 200.</summary>
    Drain,

    /// <summary>The Collector as it ships, with nothing behind its spool.</summary>
    Collector,
}

/// <summary>The server side of the durable stage, in a process of its own so that it can be killed.</summary>
internal static class BenchServer
{
    /// <summary>Number of fsyncs since the start, as text.</summary>
    public const string FlushesPath = "/bench/flushes";

    public static async Task RunAsync(BenchServerKind kind, int port, string data, bool holds, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Logging.AddSimpleConsole();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        var disk = new CountingDisk();
        if (kind == BenchServerKind.Collector)
        {
            AddCollector(builder, disk, data, holds);
        }
        var application = builder.Build();
        application.MapGet(FlushesPath, () => disk.Flushes.ToString(CultureInfo.InvariantCulture));
        if (kind == BenchServerKind.Collector)
        {
            application.MapCollector();
        }
        else
        {
            application.MapPost("/v1/logs", (RequestDelegate)DrainAsync);
        }
        await application.StartAsync(cancellationToken);
        await application.WaitForShutdownAsync(cancellationToken);
    }

    private static void AddCollector(WebApplicationBuilder builder, CountingDisk disk, string data, bool holds)
    {
        var configuration = CollectorConfiguration.Of(ConfigurationDirectory.LoadShipped().Configuration!);
        builder.Configuration[$"{CollectorService.SpoolSection}:{nameof(SpoolOptions.Directory)}"] = data;
        builder.Services.AddSingleton(() => configuration);
        builder.Services.AddAccess(_ => () => configuration.Access);
        builder.Services.AddSingleton<IDisk>(disk);
        builder.Services.AddSingleton<ILogStore, NowhereLogStore>();
        builder.Services.AddSingleton<IFramePublisher>(new NowherePublisher(holds));
        builder.AddCollector();
    }

    private static async Task DrainAsync(HttpContext context)
    {
        var buffer = ArrayPool<byte>.Shared.Rent((int)(context.Request.ContentLength ?? 64 * 1024));
        try
        {
            var length = 0;
            int read;
            while ((read = await context.Request.Body.ReadAsync(buffer.AsMemory(length), context.RequestAborted)) > 0)
            {
                length += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
