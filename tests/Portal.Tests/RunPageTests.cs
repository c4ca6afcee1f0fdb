using System.Globalization;
using System.Text.Json.Nodes;
using Observability.TestKit;

namespace Observability.Portal.Tests;

/// <summary>The page of a run over a recorded history.</summary>
public sealed class RunPageTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 2, 58, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_duration_and_rows_stand_against_the_median_of_the_good_runs_before()
    {
        await using var world = await PortalWorld.StartAsync(Answers(goodRuns: 5));
        var (_, page) = await world.GetAsync("/runs/r5");

        Assert.Contains("50 % longer</span> than usual (10 min)", page, StringComparison.Ordinal);
        Assert.Contains("50 % fewer</span> than usual (1,000)", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Below_five_good_runs_nothing_is_called_usual()
    {
        await using var world = await PortalWorld.StartAsync(Answers(goodRuns: 4));

        Assert.DoesNotContain("usual", (await world.GetAsync("/runs/r4")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_step_shows_how_it_went_before_and_where_it_usually_ends()
    {
        await using var world = await PortalWorld.StartAsync(Answers(goodRuns: 5));
        var (_, page) = await world.GetAsync("/runs/r5");

        Assert.Contains("Last 6 runs", page, StringComparison.Ordinal);
        Assert.Contains("aria-label=\"5 of the last 6 runs succeeded\"", page, StringComparison.Ordinal);
        // It began with the run, is usually over after 10 of these 15 minutes, and this time was not.
        Assert.Contains("style=\"left:66.7%\" title=\"usually 10 min\"", page, StringComparison.Ordinal);
        Assert.Contains("Not started, after fct_orders failed", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_last_good_run_is_one_before_this_and_leads_to_its_page()
    {
        await using var world = await PortalWorld.StartAsync(Answers(goodRuns: 2, goodAfter: true));
        var (_, page) = await world.GetAsync("/runs/r2");

        Assert.Contains("<span>Last good</span><span><a class=\"link\" href=\"/runs/r1\">", page, StringComparison.Ordinal);
        Assert.Contains("href=\"/runs/r3\" aria-keyshortcuts=\"]\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_alert_of_an_earlier_failure_that_still_fires_covers_this_run_too()
    {
        var answers = Answers(goodRuns: 1);
        answers["/api/v1/alerts"] = HttpReply.Json("""{"status":"success","data":{"alerts":[{"labels":{"environment":"prod","severity":"error","pipeline":"orders_daily"},"annotations":{},"state":"firing","activeAt":"2026-11-21T02:00:00Z","fired_at":"2026-11-21T02:00:00Z","fingerprint":"00000000000000ab","owner":{"name":"team-orders","decided_by":"owners.yaml"},"run":{"source":"dbt","pipeline":"orders_daily","run_id":"another"},"why":[]}]}}""");
        await using var world = await PortalWorld.StartAsync(answers);
        var (_, page) = await world.GetAsync("/runs/r1");

        Assert.Contains("href=\"/alerts/00000000000000ab\">fires for 1 h 31 min", page, StringComparison.Ordinal);
        Assert.Contains("Owner team-orders.", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_is_no_web_address_never_becomes_a_link()
    {
        var answers = Answers(goodRuns: 0);
        var run = Run(0, "failed", 900, 500);
        run["url"] = "javascript:alert(1)";
        answers["/api/v1/runs/r0"] = Detail(run, []);
        await using var world = await PortalWorld.StartAsync(answers);

        Assert.DoesNotContain("javascript:", (await world.GetAsync("/runs/r0")).Text, StringComparison.Ordinal);
    }

    // Good runs of ten minutes, one an hour, and the last one failed after fifteen.
    private static Dictionary<string, HttpReply> Answers(int goodRuns, bool goodAfter = false)
    {
        var runs = Enumerable.Range(0, goodRuns).Select(index => Run(index - goodRuns, "succeeded", 600, 1000)).Append(Run(0, "failed", 900, 500)).ToList();
        if (goodAfter)
        {
            runs.Add(Run(1, "succeeded", 600, 1000));
        }
        var answers = new Dictionary<string, HttpReply>(Recorded.Nothing, StringComparer.Ordinal) { ["/api/v1/alerts?state=closed"] = Recorded.Nothing["/api/v1/alerts"] };
        for (var index = 0; index < runs.Count; index++)
        {
            runs[index]["id"] = $"r{index}";
        }
        foreach (var run in runs)
        {
            answers[$"/api/v1/runs/{run["id"]}"] = Detail(run, runs.Where(other => other != run));
        }
        return answers;
    }

    private static JsonObject Run(int hour, string status, int seconds, long rows)
    {
        var start = Start.AddHours(hour);
        return new JsonObject
        {
            ["id"] = "r0", ["source"] = "dbt", ["pipeline"] = "orders_daily", ["environment"] = "prod", ["run_id"] = $"at {hour}", ["attempt"] = 1, ["status"] = status,
            ["ordered_at"] = Text(start.AddSeconds(seconds)), ["first_seen_at"] = Text(start), ["started_at"] = Text(start), ["finished_at"] = Text(start.AddSeconds(seconds)), ["duration_seconds"] = seconds, ["rows"] = rows,
        };
    }

    private static HttpReply Detail(JsonObject run, IEnumerable<JsonObject> others)
    {
        var failed = run["status"]!.ToString() == "failed";
        var tasks = new JsonArray(
            new JsonObject { ["name"] = "fct_orders", ["kind"] = "model", ["status"] = run["status"]!.ToString(), ["started_at"] = run["started_at"]!.ToString(), ["finished_at"] = run["finished_at"]!.ToString(), ["error"] = failed ? "no such column" : null },
            new JsonObject { ["name"] = "mart_revenue", ["kind"] = "model", ["status"] = failed ? "skipped" : "succeeded" });
        return HttpReply.Json(new JsonObject { ["run"] = run.DeepClone(), ["tasks"] = tasks, ["attempts"] = new JsonArray(run.DeepClone()), ["previous"] = new JsonArray([.. others.Select(other => other.DeepClone())]) }.ToJsonString());
    }

    private static string Text(DateTimeOffset time) => time.ToString("O", CultureInfo.InvariantCulture);
}
