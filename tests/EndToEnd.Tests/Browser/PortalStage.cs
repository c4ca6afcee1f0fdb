using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Observability.EndToEnd.Tests.Shapes;
using Observability.TestKit;

namespace Observability.EndToEnd.Tests.Browser;

/// <summary>
/// One Standalone with a night's worth of runs, reported through its real endpoints, and one Chromium, for all tests that only look. Tests that change what
/// is shown start a system of their own.
/// </summary>
public sealed class PortalStage : IAsyncLifetime
{
    public const string Collection = "portal in a browser";

    private const string Chromium = "/usr/bin/chromium";

    /// <summary>What a page may take to show a state, on a machine that is busy with other tests; a page that is well takes less than a second.</summary>
    private const float PatienceMilliseconds = 60_000;

    private readonly HashSet<string> _missing = File.Exists(Chromium) ? [] : [Chromium];
    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private StandaloneShape? _shape;

    internal StandaloneShape Shape => _shape ?? throw new InvalidOperationException("the stage did not start");

    /// <summary>The alert of the failed run in prod.</summary>
    public string Fingerprint { get; private set; } = "";

    /// <summary>The failed run in prod.</summary>
    public string RunId { get; private set; } = "";

    /// <summary>The notice about it.</summary>
    public string NoticeId { get; private set; } = "";

    /// <summary>The time of a line of it, in Unix nanoseconds.</summary>
    public string LineTime { get; private set; } = "";

    /// <summary>Every page, by a name for messages.</summary>
    public IReadOnlyList<(string Name, string Address)> Pages =>
    [
        ("now", "/"), ("now, a row open", $"/?open={Fingerprint}"), ("alert", $"/alerts/{Fingerprint}"), ("alert that is not kept", "/alerts/0000000000000000"),
        ("runs", "/runs"), ("run", $"/runs/{RunId}"), ("run that is not kept", "/runs/none"),
        ("logs", "/logs?range=24h"), ("logs, filtered", "/logs?range=24h&query=failed"), ("logs, nothing found", "/logs?query=nowhere"), ("logs, around a line", $"/logs?query=%7Benvironment%3D%22prod%22%7D&around={LineTime}#hit"), ("logs, a wrong query", "/logs?query=%7Benvironment%3D%7D"),
        ("notices", "/notices"), ("notice", $"/notices/{NoticeId}"), ("notices, none like that", "/notices?status=failed"), ("sources", "/sources"),
    ];

    public async ValueTask InitializeAsync()
    {
        if (_missing.Count > 0)
        {
            return;
        }
        Assertions.SetDefaultExpectTimeout(PatienceMilliseconds);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Chromium,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
        _shape = await StandaloneShape.StartAsync(configuration: "");
        await PortalRuns.ReportANightAsync(Shape.Client);
        // In dev first and in prod last, so that the newest notice is the one that the tests look at.
        await Eventually.TrueAsync(async () => (NoticeId = await FirstAsync("/api/v1/notices?environment=prod", "", "id")).Length > 0, TimeSpan.FromSeconds(60), Shape.Output);
        Fingerprint = await FirstAsync("/api/v1/notices?environment=prod", "alerts", "fingerprint");
        RunId = await FirstAsync($"/api/v1/runs?pipeline={PortalRuns.Pipeline}&environment=prod", "runs", "id");
        var lines = await Shape.Client.GetFromJsonAsync<JsonNode>(new Uri("/loki/api/v1/query_range?limit=1&query=%7Benvironment%3D%22prod%22%7D%20%7C%3D%20%22discount_pct%22", UriKind.Relative));
        LineTime = lines!["data"]!["result"]![0]!["values"]![0]![0]!.ToString();
        await Eventually.TrueAsync(async () => (await FirstAsync("/api/v1/notices?environment=dev", "", "id")).Length > 0, TimeSpan.FromSeconds(60), Shape.Output);
    }

    /// <summary>A page of its own reader, who starts without cookies. Scripts that fail and loads that are refused end up in <paramref name="faults"/>.</summary>
    internal async Task<IPage> OpenAsync(ICollection<string> faults, int width = 1440, int height = 900, ColorScheme scheme = ColorScheme.Light, Shape? shape = null, string zone = "UTC", bool scripts = true)
    {
        Assert.SkipWhen(_missing.Count > 0, $"needs {string.Join(", ", _missing)}");
        var context = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = (shape ?? Shape).Url.ToString(),
            ViewportSize = new ViewportSize { Width = width, Height = height },
            ColorScheme = scheme,
            TimezoneId = zone,
            JavaScriptEnabled = scripts,
            ReducedMotion = ReducedMotion.Reduce,
            Permissions = ["clipboard-read", "clipboard-write"],
        });
        context.SetDefaultTimeout(PatienceMilliseconds);
        var page = await context.NewPageAsync();
        page.PageError += (_, fault) => faults.Add(fault);
        page.Console += (_, message) =>
        {
            // A page that says 404 is one of those that are looked at.
            if (message.Type == "error" && !message.Text.Contains("the server responded with a status of 4", StringComparison.Ordinal))
            {
                faults.Add(message.Text);
            }
        };
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        if (_shape is not null)
        {
            await _shape.DisposeAsync();
        }
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }
        _playwright?.Dispose();
    }

    // The field of the first entry, one list below the answer where that is an object.
    private async Task<string> FirstAsync(string address, string list, string field)
    {
        var answer = await Shape.Client.GetFromJsonAsync<JsonNode>(new Uri(address, UriKind.Relative));
        var entry = answer is JsonArray entries ? entries.FirstOrDefault() : answer;
        if (list.Length > 0)
        {
            entry = (entry?[list] as JsonArray)?.FirstOrDefault();
        }
        return entry?[field]?.ToString() ?? "";
    }
}

/// <summary>What the browser tests report, in the way any job would.</summary>
internal static class PortalRuns
{
    public const string Pipeline = "orders_hourly";

    private const int GoodRuns = 8;

    private static readonly (string Name, int Start, int Seconds)[] Steps =
        [("stg_orders", 0, 74), ("stg_payments", 0, 58), ("int_orders_joined", 75, 288), ("fct_orders", 363, 280), ("mart_revenue", 650, 60)];

    /// <summary>Eight good runs in prod and then a failed one, a failed one in dev, and a good one of another pipeline.</summary>
    public static async Task ReportANightAsync(HttpClient client)
    {
        var now = TimeProvider.System.GetUtcNow();
        await ReportAsync(client, Run("dev", "d1", now.AddMinutes(-40), fails: true));
        // None older than six hours: beyond that a report counts from its receipt, and the order of the runs would be another.
        for (var run = 0; run < GoodRuns; run++)
        {
            await ReportAsync(client, Run("prod", $"h{run}", now.AddMinutes(-30 * (GoodRuns + 1 - run)), fails: false));
        }
        await ReportAsync(client, [Event("finance_close", "prod", "f1", "succeeded", now.AddMinutes(-50), now.AddMinutes(-44))]);
        await ReportAsync(client, Run("prod", $"h{GoodRuns}", now.AddMinutes(-20), fails: true));
    }

    public static async Task ReportFailureAsync(HttpClient client, string pipeline, string environment = "prod")
    {
        var now = TimeProvider.System.GetUtcNow();
        var failed = Event(pipeline, environment, "1", "failed", now.AddMinutes(-5), now);
        failed["error"] = "disk full";
        await ReportAsync(client, [failed]);
    }

    private static List<JsonObject> Run(string environment, string id, DateTimeOffset at, bool fails)
    {
        var events = new List<JsonObject>();
        foreach (var (name, start, seconds) in Steps)
        {
            var status = !fails || start < 363 ? "succeeded" : start == 363 ? "failed" : "skipped";
            var step = status == "skipped" ? Event(Pipeline, environment, id, status, null, null) : Event(Pipeline, environment, id, status, at.AddSeconds(start), at.AddSeconds(start + (fails ? seconds * 1.3 : seconds)));
            step["task"] = name;
            if (status == "failed")
            {
                step["error"] = "Database error in model fct_orders (models/marts/fct_orders.sql)\n  column \"discount_pct\" does not exist\n  line 41:   , o.discount_pct * o.gross_amount as discount_amount";
            }
            events.Add(step);
        }
        var whole = Event(Pipeline, environment, id, fails ? "failed" : "succeeded", at, at.AddSeconds(fails ? 942 : 711));
        whole["rows"] = fails ? 804_311 : 1_204_311;
        whole["commit"] = "a41f9c2b7d";
        events.Add(whole);
        return events;
    }

    private static JsonObject Event(string pipeline, string environment, string id, string status, DateTimeOffset? started, DateTimeOffset? finished)
    {
        var run = new JsonObject { ["source"] = "dbt", ["pipeline"] = pipeline, ["environment"] = environment, ["run_id"] = id, ["status"] = status };
        if (started is { } from)
        {
            run["started_at"] = from.ToString("O", CultureInfo.InvariantCulture);
        }
        if (finished is { } until)
        {
            run["finished_at"] = until.ToString("O", CultureInfo.InvariantCulture);
        }
        return run;
    }

    private static async Task ReportAsync(HttpClient client, IEnumerable<JsonObject> events)
    {
        using var response = await client.PostAsJsonAsync(new Uri("/webhooks/run", UriKind.Relative), new JsonArray([.. events]));
        response.EnsureSuccessStatusCode();
    }
}

/// <summary>The stage is shared; its tests run one after the other.</summary>
[CollectionDefinition(PortalStage.Collection)]
#pragma warning disable CA1711 // xunit's own word for it
public sealed class PortalStageCollection : ICollectionFixture<PortalStage>;
#pragma warning restore CA1711
