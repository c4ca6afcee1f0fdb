using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Observability.Configuration;
using Observability.Contracts;
using Observability.Durability;
using Observability.Messaging;
using Observability.RuleEngine;
using Observability.ServiceDefaults;
using Observability.Telemetry;
using Observability.TestKit;

namespace Observability.Dashboards.Tests;

/// <summary>
/// The engine as Grafana sees it: run events go in as frames, queries come over HTTP. The clock is the test's, the disk is memory.
/// </summary>
internal sealed class EngineOverHttp : IAsyncDisposable
{
    private static readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly WebApplication _application;
    private readonly IFrameConsumer _consumer;
    private readonly Uri _url;
    private ulong _sequence;

    private EngineOverHttp(WebApplication application, ManualTime time, Uri url)
    {
        _application = application;
        _consumer = application.Services.GetRequiredService<IFrameConsumer>();
        _url = url;
        Time = time;
    }

    public ManualTime Time { get; }

    public static async Task<EngineOverHttp> StartAsync(DateTimeOffset now)
    {
        var url = new Uri($"http://127.0.0.1:{FreePorts.Next()}/");
        var time = new ManualTime(now);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url.ToString());
        builder.Configuration["data"] = "/dashboards-test";
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Services.AddSingleton<IDisk>(new SimulatedDisk(1));
        builder.Services.AddSingleton<IIntentPublisher, NobodyToTell>();
        builder.Services.AddSingleton(ActiveConfiguration.Open(RepositoryRoot.PathOf("config")));
        Assert.True(builder.TryAddActiveConfiguration(TextWriter.Null));
        builder.AddRuleEngine();
        var application = builder.Build();
        application.MapRuleEngine();
        await application.StartAsync();
        return new EngineOverHttp(application, time, url);
    }

    /// <summary>The run is reported now, as the Collector would pass it on.</summary>
    public async Task ReportAsync(RunEvent run)
    {
        var now = Time.GetUtcNow().ToUnixTimeMilliseconds();
        using var writer = new TelemetryBatchWriter();
        writer.Reset(FrameKind.Telemetry, run.Environment, "run", "test", now * 1_000_000);
        writer.AddRun(run with { EventTimeMilliseconds = now });
        await _consumer.ConsumeAsync(new ReceivedFrame(new FrameName(1, ++_sequence), writer.Finish(), null), CancellationToken.None);
    }

    /// <summary>What a panel shows at the right edge of its graph: Grafana's own call with the dashboard's end as the time.</summary>
    public async Task<IReadOnlyList<Point>> QueryAsync(string expression)
    {
        var time = (Time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0).ToString("0.000", CultureInfo.InvariantCulture);
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["query"] = expression, ["time"] = time });
        using var response = await _http.PostAsync(new Uri(_url, "api/v1/query"), form);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{expression}: {(int)response.StatusCode} {text}");
        using var answer = JsonDocument.Parse(text);
        return
        [
            .. answer.RootElement.GetProperty("data").GetProperty("result").EnumerateArray().Select(series => new Point(
                series.GetProperty("metric").EnumerateObject().ToDictionary(label => label.Name, label => label.Value.GetString()!, StringComparer.Ordinal),
                double.Parse(series.GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture))),
        ];
    }

    /// <summary>The values of a label that a variable's drop-down would show.</summary>
    public async Task<IReadOnlyList<string>> LabelValuesAsync(string selector, string label)
    {
        using var response = await _http.GetAsync(new Uri(_url, $"api/v1/label/{label}/values?match[]={Uri.EscapeDataString(selector)}"));
        response.EnsureSuccessStatusCode();
        using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return [.. answer.RootElement.GetProperty("data").EnumerateArray().Select(value => value.GetString()!)];
    }

    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        await _application.StopAsync(patience.Token);
        await _application.DisposeAsync();
    }

    private sealed class NobodyToTell : IIntentPublisher
    {
        public ValueTask PublishAsync(NotificationIntent intent, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }
}
