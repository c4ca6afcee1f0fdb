using System.Text.Json;
using Observability.TestKit;

namespace Observability.Dashboards.Tests.Demo;

/// <summary>The real program, started with <c>--demo</c> as a newcomer starts it and left alone until the demo has ended; nothing changes it afterwards.</summary>
public sealed class DemoRun : IAsyncLifetime
{
    /// <summary>The demo plays for a minute; a busy machine starts the program late.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(120);

    private readonly TemporaryDirectory _data = new("dashboards");
    private ProductProcess? _process;

    internal GrafanaClient Grafana { get; private set; } = null!;

    public Uri Url { get; } = new($"http://127.0.0.1:{FreePorts.Next()}");

    /// <summary>The moment at which everybody looks: just after a full minute, because Grafana shows series up to the last step, and that is a minute.</summary>
    public DateTimeOffset Now { get; private set; }

    /// <summary>When the demo began, to the second; the times of its script count from there.</summary>
    public DateTimeOffset Start { get; private set; }

    public async ValueTask InitializeAsync()
    {
        _process = await ProductProcess.StartAsync(new ProductStart("Standalone", new Uri(Url, "/health"),
            "--urls", Url.ToString().TrimEnd('/'), "--otlp-http", "off", "--data", _data.PathOf("data"), "--demo"));
        Grafana = new GrafanaClient(new Dictionary<string, string>(StringComparer.Ordinal) { ["OBSERVABILITY_URL"] = Url.ToString(), ["OBSERVABILITY_KEY"] = "" });
        await Eventually.TrueAsync(() => _process.Output.Contains("played to the end"), s_patience, $"the demo ends\n{_process.Output}");
        Assert.False(_process.Output.Contains("was refused"), _process.Output.ToString());

        var ended = TimeProvider.System.GetUtcNow();
        var minute = ended.AddTicks(TimeSpan.TicksPerMinute - (ended.Ticks % TimeSpan.TicksPerMinute));
        // A second more: alerts are told one second after they fire, and lines are searchable when the spool has been read.
        await Eventually.TrueAsync(() => TimeProvider.System.GetUtcNow() >= minute.AddSeconds(1), TimeSpan.FromSeconds(70), "the next full minute");
        Now = TimeProvider.System.GetUtcNow();
        Start = await ReadStartAsync(Url);
    }

    public async ValueTask DisposeAsync()
    {
        Grafana?.Dispose();
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }
        _data.Dispose();
    }

    // Run ids begin with the start of the demo in Unix seconds.
    private static async Task<DateTimeOffset> ReadStartAsync(Uri url)
    {
        using var http = new HttpClient();
        using var answer = JsonDocument.Parse(await http.GetStringAsync(new Uri(url, "api/v1/runs")));
        var id = answer.RootElement.GetProperty("runs").EnumerateArray().Select(run => run.GetProperty("run_id").GetString()!).First(id => id.Contains('-', StringComparison.Ordinal));
        return DateTimeOffset.FromUnixTimeSeconds(long.Parse(id.Split('-')[0], System.Globalization.CultureInfo.InvariantCulture));
    }
}

/// <summary>One demo for all tests that look at it: it lasts a minute.</summary>
[CollectionDefinition(nameof(DemoRun))]
public sealed class DemoRunCollection : ICollectionFixture<DemoRun>;
