using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Observability.Contracts;
using Observability.Messaging;
using Observability.Notifier.Delivering;
using Observability.ServiceDefaults;
using Observability.TestKit;

namespace Observability.Notifier.Tests;

/// <summary>A whole Notifier in this process, on a folder of its own: the same two calls as in production.</summary>
internal sealed class World : IAsyncDisposable
{
    private readonly WebApplication _app;

    private World(WebApplication app, Uri url)
    {
        _app = app;
        Client = new HttpClient { BaseAddress = url };
    }

    public HttpClient Client { get; }

    /// <param name="folder">Holds <c>config</c> and <c>data</c>; starting again on it is a restart.</param>
    /// <param name="limits">Null: the shipped ones.</param>
    public static async Task<World> StartAsync(TemporaryDirectory folder, DeliveryLimits? limits = null)
    {
        var url = new Uri($"http://127.0.0.1:{FreePorts.Next()}");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url.ToString());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["config"] = folder.PathOf("config"),
            ["data"] = folder.PathOf("data"),
        });
        builder.Services.AddSingleton(limits ?? FastLimits);
        Assert.True(builder.TryAddActiveConfiguration(TextWriter.Null));
        builder.AddNotifier();
        var app = builder.Build();
        app.MapNotifier();
        await app.StartAsync();
        return new World(app, url);
    }

    /// <summary>Pauses of milliseconds instead of seconds; the deadline stays.</summary>
    public static DeliveryLimits FastLimits { get; } = new() { FirstPause = TimeSpan.FromMilliseconds(20), LongestPause = TimeSpan.FromMilliseconds(100) };

    public T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public async Task ConsumeAsync(params NotificationIntent[] intents)
    {
        foreach (var intent in intents)
        {
            await Get<IIntentConsumer>().ConsumeAsync(intent, CancellationToken.None);
        }
    }

    public async Task<IReadOnlyList<JsonElement>> NoticesAsync(string query = "")
    {
        var body = await Client.GetStringAsync(new Uri("/api/v1/notices" + query, UriKind.Relative));
        using var json = JsonDocument.Parse(body);
        return [.. json.RootElement.Clone().EnumerateArray()];
    }

    /// <summary>Waits until every notice is settled, and returns them in the order in which they were taken in.</summary>
    public async Task<IReadOnlyList<JsonElement>> SettledAsync(int count)
    {
        IReadOnlyList<JsonElement> notices = [];
        await Eventually.TrueAsync(async () =>
        {
            notices = await NoticesAsync();
            return notices.Count >= count && notices.All(notice => notice.GetProperty("status").GetString() != "waiting");
        }, TimeSpan.FromSeconds(20), $"{count} settled notices");
        return [.. notices.Reverse()];
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
