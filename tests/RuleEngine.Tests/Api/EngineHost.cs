using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Observability.Messaging;
using Observability.MetricStore;
using Observability.RuleEngine.Api;
using Observability.RuleEngine.Consuming;
using Observability.RuleEngine.Tests.Runs;
using Observability.ServiceDefaults.Access;
using Observability.Telemetry;
using Observability.TestKit;

namespace Observability.RuleEngine.Tests.Api;

/// <summary>Consuming and its APIs behind a real Kestrel on a free port, over a simulated disk and a clock that stands still.</summary>
public sealed class EngineHost : IAsyncLifetime
{
    private readonly HttpClient _client = new();
    private WebApplication _application = null!;

    /// <summary>Who asks from now on.</summary>
    internal Actor Actor { get; set; } = Actor.Unsigned;

    public Uri Url => _client.BaseAddress!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<TimeProvider>(new ManualTime(DateTimeOffset.FromUnixTimeMilliseconds(Reports.Now)));
        var store = EngineStore.Open(new SimulatedDisk(1), "/data", new EngineOptions(), NullLogger.Instance);
        builder.Services.AddSingleton(store);
        builder.Services.AddSingleton<IMetricStore>(store.State.Metrics);
        builder.Services.AddSingleton(store.State.Runs);
        builder.Services.AddSingleton(new DeadLetterFrames(new SimulatedDisk(2), "/data/dead-letters"));
        builder.Services.AddSingleton(new EngineOptions());
        builder.Services.AddSingleton<FrameIntake>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<FrameIntake>());
        _application = builder.Build();
        _application.Use((context, next) =>
        {
            context.SetActor(Actor);
            return next(context);
        });
        _application.MapPrometheusQueryApi();
        _application.MapSeriesDeletion();
        _application.MapRunsApi();
        await _application.StartAsync();
        _client.BaseAddress = new Uri(_application.Urls.Single());
        await SendAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _application.StopAsync();
        await _application.Services.GetRequiredService<EngineStore>().DisposeAsync();
        await _application.DisposeAsync();
    }

    public async Task<(int Status, JsonElement Body)> GetAsync(string path)
    {
        using var response = await _client.GetAsync(new Uri(path, UriKind.Relative));
        return await ReadAsync(response);
    }

    public async Task<(int Status, JsonElement Body)> PostAsync(string path, params (string Name, string Value)[] form)
    {
        using var content = new FormUrlEncodedContent(form.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        using var response = await _client.PostAsync(new Uri(path, UriKind.Relative), content);
        return await ReadAsync(response);
    }

    private static async Task<(int, JsonElement)> ReadAsync(HttpResponseMessage response)
    {
        if (response.StatusCode == HttpStatusCode.NoContent)
        {
            return (204, default);
        }
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        return ((int)response.StatusCode, JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync()));
    }

    private async Task SendAsync()
    {
        using var writer = new TelemetryBatchWriter();
        writer.Reset(FrameKind.Telemetry, "prod", "run", "key", Reports.Now * 1_000_000);
        var series = writer.AddSeries(MetricKind.Gauge, [new(writer.Intern(LabelSet.MetricName), writer.Intern("rows")), new(writer.Intern("table"), writer.Intern("orders \"new\""))]);
        writer.AddSample(series, Reports.Now - 60_000, 1);
        writer.AddSample(series, Reports.Now - 1_500, 2.5);
        writer.AddRun(Reports.Of("1", RunStatus.Succeeded, Reports.Now - 120_000));
        writer.AddRun(Reports.Of("2", RunStatus.Failed, Reports.Now - 60_000, "relation does not exist") with { Tasks = [new TaskResult("fct_orders", RunStatus.Failed, "model", "boom")] });
        writer.AddRun(Reports.Of("2", RunStatus.Failed, Reports.Now - 30_000, "again", attempt: 2));
        await _application.Services.GetRequiredService<FrameIntake>().ConsumeAsync(new ReceivedFrame(new FrameName(1, 1), writer.Finish(), null), CancellationToken.None);
    }
}
