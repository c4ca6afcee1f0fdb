using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Observability.Standalone.Demo;

namespace Observability.Standalone;

/// <summary>What the console says once everything listens: where to look, and what to do first.</summary>
internal sealed class ConsoleGuide(IServer server, StandaloneOptions options) : IHostedLifecycleService
{
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        var addresses = server.Features.Get<IServerAddressesFeature>()?.Addresses ?? options.Addresses;
        Console.WriteLine();
        Console.WriteLine($"  Portal      {options.Address}");
        Console.WriteLine($"  Listening   {string.Join("  ", addresses)}");
        Console.WriteLine($"  Data        {Path.GetFullPath(options.Data)}");
        Console.WriteLine(options.Demo
            ? """

                The demo plays a minute of a data team's morning through the real addresses. Watch:
                  Portal, Now      orders_daily fails in prod and in dev; only the first reaches the prod receiver
                  Portal, Notices  what Slack and mail would show, and who was not told and why
                  Portal, Runs     the failed model, its error, a slow run of finance_close, a failed data test, the recovery
              """
            : $$"""

                Report a run:
                  curl -H 'Content-Type: application/json' {{options.Address}}/webhooks/run \
                    -d '{"source":"cron","pipeline":"my_job","environment":"prod","status":"failed","run_id":"1","error":"it broke"}'
              """);
        return Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

internal static class ConsoleGuideExtensions
{
    public static void AddConsoleGuide(this IHostApplicationBuilder builder, StandaloneOptions options)
    {
        builder.Services.AddSingleton(options);
        builder.Services.AddHostedService<ConsoleGuide>();
        if (options.Demo)
        {
            builder.Services.AddHostedService<DemoPlayer>();
        }
    }
}
