using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Observability.Collector.Spooling;
using Observability.LogStore;
using Observability.Messaging;
using Observability.ServiceDefaults.Access;

namespace Observability.Collector.Tests.Support;

/// <summary>A whole Collector on a free port of 127.0.0.1 with a spool in a directory of its own.</summary>
internal sealed class CollectorHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly bool _ownsDirectory;
    private readonly StrongBox<CollectorConfiguration> _configuration;

    private CollectorHost(WebApplication app, string directory, bool ownsDirectory, MemoryLogStore store, MemoryBus bus, StrongBox<CollectorConfiguration> configuration)
    {
        (_app, Directory, _ownsDirectory, Store, Bus, _configuration) = (app, directory, ownsDirectory, store, bus, configuration);
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    public HttpClient Client { get; }

    public string Directory { get; }

    public MemoryLogStore Store { get; }

    public MemoryBus Bus { get; }

    /// <summary>Setting it is a reload.</summary>
    public CollectorConfiguration Configuration
    {
        get => _configuration.Value!;
        set => _configuration.Value = value;
    }

    public Spool Spool => _app.Services.GetRequiredService<Spool>();

    public static async Task<CollectorHost> StartAsync(
        CollectorConfiguration? configuration = null, string? directory = null, MemoryLogStore? store = null, MemoryBus? bus = null, int segmentBytes = 64 << 20, ILogStore? realStore = null)
    {
        var used = new StrongBox<CollectorConfiguration>(configuration ?? Configurations.Shipped);
        var place = directory ?? Path.Combine(Path.GetTempPath(), "obs-collector-" + Guid.NewGuid().ToString("N"));
        (store, bus) = (store ?? new MemoryLogStore(), bus ?? new MemoryBus());
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["urls"] = "http://127.0.0.1:0",
            ["Collector:Spool:Directory"] = place,
            ["Collector:Spool:SegmentBytes"] = segmentBytes.ToString(System.Globalization.CultureInfo.InvariantCulture),
        });
        builder.Services.AddSingleton(realStore ?? store);
        builder.Services.AddSingleton<IFramePublisher>(bus);
        builder.Services.AddAccess(_ => () => used.Value!.Access);
        builder.Services.AddSingleton<Func<CollectorConfiguration>>(() => used.Value!);
        builder.AddCollector();
        var app = builder.Build();
        app.MapCollector();
        await app.StartAsync();
        return new CollectorHost(app, place, directory is null, store, bus, used);
    }

    public Task<HttpResponseMessage> PostJsonAsync(string path, string json, params (string Name, string Value)[] headers) =>
        PostAsync(path, new StringContent(json, Encoding.UTF8, "application/json"), headers);

    public async Task<HttpResponseMessage> PostAsync(string path, HttpContent content, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
        return await Client.SendAsync(request);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        if (_ownsDirectory)
        {
            System.IO.Directory.Delete(Directory, recursive: true);
        }
    }
}
