using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Observability.ServiceDefaults;
using Observability.Telemetry;
using Observability.TestKit;

namespace Observability.Portal.Tests;

/// <summary>The Portal in its distributed shape over services that answer by a script at the wire.</summary>
internal sealed class PortalWorld : IAsyncDisposable
{
    /// <summary>The engine's clock and the reader's; all recorded answers lie around it.</summary>
    public static readonly DateTimeOffset Now = new(2026, 11, 21, 3, 31, 0, TimeSpan.Zero);

    private readonly WebApplication _portal;

    private PortalWorld(WebApplication portal, ScriptedHttpServer services)
    {
        _portal = portal;
        Services = services;
        Client = new HttpClient { BaseAddress = new Uri(portal.Urls.First()) };
    }

    public ScriptedHttpServer Services { get; }

    public HttpClient Client { get; }

    public ManualTime Time => (ManualTime)_portal.Services.GetRequiredService<TimeProvider>();

    /// <param name="answers">What the services answer, by path; what is not in it is answered 404.</param>
    /// <param name="lines">The log store.</param>
    public static Task<PortalWorld> StartAsync(IReadOnlyDictionary<string, HttpReply> answers, params IReadOnlyList<LogRecord> lines) => StartAsync(answers, new ListLogSource(lines));

    /// <param name="answers">What the services answer, by path.</param>
    /// <param name="logs">The log store.</param>
    public static async Task<PortalWorld> StartAsync(IReadOnlyDictionary<string, HttpReply> answers, ILogSource logs)
    {
        var services = await ScriptedHttpServer.StartAsync((request, _) =>
            answers.GetValueOrDefault(request.Path + request.Query) ?? answers.GetValueOrDefault(request.Path) ?? HttpReply.Json("{\"error\":\"not known\"}", 404));
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["urls"] = $"http://127.0.0.1:{FreePorts.Next()}",
            ["services:rule-engine:http:0"] = services.Url.ToString(),
            ["services:notifier:http:0"] = services.Url.ToString(),
            ["services:collector:http:0"] = services.Url.ToString(),
        });
        builder.Services.AddSingleton<TimeProvider>(new ManualTime(Now));
        builder.Services.AddSingleton(logs);
        builder.AddServiceDefaults();
        Assert.True(builder.TryAddActiveConfiguration(TextWriter.Null));
        builder.AddPortal(PortalShape.Distributed);
        var portal = builder.Build();
        portal.MapServiceDefaults();
        portal.MapPortal();
        await portal.StartAsync();
        return new PortalWorld(portal, services);
    }

    public async Task<(HttpStatusCode Status, string Text)> GetAsync(string address)
    {
        using var response = await Client.GetAsync(new Uri(address, UriKind.Relative));
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _portal.DisposeAsync();
        await Services.DisposeAsync();
    }
}
