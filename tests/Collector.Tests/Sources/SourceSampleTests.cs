using System.Globalization;
using System.Text.Json;
using Observability.Collector.Sources;
using Observability.Collector.Tests.Support;
using Observability.Telemetry;

namespace Observability.Collector.Tests.Sources;

/// <summary>Recorded payload by recorded payload: what each source makes of it.</summary>
public sealed class SourceSampleTests
{
    [Theory]
    [InlineData("github/workflow_run.completed.success.json", "workflow_run", "pipeline octo-org/octo-repo/test unknown 289782451#1 - Succeeded 2020-10-05T16:33:49Z master 3484a3fb")]
    [InlineData("github/workflow_run.completed.failure.json", "workflow_run", "pipeline shop/warehouse/nightly unknown 7000000123#3 - Failed 2026-11-20T02:44:59Z main 9f2c1d7e")]
    [InlineData("github/workflow_run.requested.json", "workflow_run", "pipeline octo-org/octo-repo/test unknown 289782451#1 - Queued 2020-10-05T16:33:24Z master 3484a3fb")]
    [InlineData("github/workflow_job.completed.failure.json", "workflow_job", "pipeline Codertocat/Hello-World/CodeQL unknown 2202229078#1 linters Failed 2021-08-05T10:38:16Z main 3484a3fb")]
    [InlineData("github/workflow_job.completed.success.json", "workflow_job", "pipeline Codertocat/Hello-World/CodeQL unknown 2202229078#1 linters Succeeded 2021-08-05T10:38:16Z main 3484a3fb")]
    [InlineData("github/workflow_job.in_progress.json", "workflow_job", "pipeline Codertocat/Hello-World/CodeQL unknown 2202229078#1 Analyze (javascript) Running 2021-09-13T02:21:13Z main 3484a3fb")]
    [InlineData("github/workflow_job.queued.json", "workflow_job", "pipeline Codertocat/Hello-World/CodeQL unknown 2202229078#1 update Queued 2021-09-13T02:21:13Z main 3484a3fb")]
    [InlineData("github/deployment_status.success.json", "deployment_status", "deployment Codertocat/Hello-World production 145988746#1 - Succeeded 2019-05-15T15:20:55Z master f95f852b")]
    public void GitHub_delivery_becomes_one_event(string sample, string kind, string expected)
    {
        var runEvent = Assert.Single(Read("github", sample, ("X-GitHub-Event", kind), ("X-GitHub-Delivery", "d-1")).Events);
        Assert.Equal(expected, Line(runEvent));
        Assert.Equal("d-1", runEvent.DeliveryId);
    }

    [Theory]
    [InlineData("github/ping.json", "ping", SourceOutcome.Ignored)]
    [InlineData("github/check_run.completed.failure.json", "check_run", SourceOutcome.Ignored)]
    [InlineData("github/check_suite.completed.json", "check_suite", SourceOutcome.Ignored)]
    [InlineData("github/check_run.completed.failure.json", "workflow_run", SourceOutcome.NotUnderstood)]
    [InlineData("github/ping.json", "", SourceOutcome.NotUnderstood)]
    internal void Other_deliveries_are_answered_with_a_reason(string sample, string kind, SourceOutcome expected)
    {
        var result = Read("github", sample, ("X-GitHub-Event", kind));
        Assert.Equal(expected, result.Outcome);
        Assert.NotEmpty(result.Reason);
    }

    [Fact]
    public void A_failed_job_names_its_failing_step_and_a_failed_run_its_author()
    {
        var job = Assert.Single(Read("github", "github/workflow_job.completed.failure.json", ("X-GitHub-Event", "workflow_job")).Events);
        Assert.StartsWith("step '", job.Error, StringComparison.Ordinal);
        var run = Assert.Single(Read("github", "github/workflow_run.completed.failure.json", ("X-GitHub-Event", "workflow_run")).Events);
        Assert.Equal(("ana@example.com", "head_commit.author.email"), (run.OwnerHint, run.OwnerHintOrigin));
        Assert.Equal(Milliseconds("2026-11-20T02:40:11Z"), run.StartedAtMilliseconds);
    }

    [Fact]
    public void The_conclusion_decides_when_the_action_says_otherwise()
    {
        var json = SampleFiles.Bytes("github/workflow_job.completed.success.json");
        var text = System.Text.Encoding.UTF8.GetString(json).Replace("\"action\": \"completed\"", "\"action\": \"in_progress\"", StringComparison.Ordinal);
        var runEvent = Assert.Single(Read("github", JsonDocument.Parse(text), [("X-GitHub-Event", "workflow_job")]).Events);
        Assert.Equal(RunStatus.Succeeded, runEvent.Status);
    }

    [Theory]
    [InlineData("dbt/run_results.v2.run.error_skipped.json", "dbt_bigquery_test", "Failed", 4, "", "2021-07-28T12:09:48Z")]
    [InlineData("dbt/run_results.v4.build.error.json", "jaffle_shop", "Failed", 29, "20/0/0/0/0", "2021-12-07T10:49:34Z")]
    [InlineData("dbt/run_results.v5.build.success.json", "jaffle_shop", "Succeeded", 58, "20/0/0/0/0", "2023-11-06T00:52:43Z")]
    [InlineData("dbt/run_results.v5.test.fail.json", "jaffle_shop", "Failed", 20, "18/2/0/0/0", "2021-07-05T11:43:26Z")]
    [InlineData("dbt/run_results.v6.build.success.json", "jaffle_shop", "Succeeded", 61, "20/0/0/0/0", "2024-12-16T07:45:32Z")]
    [InlineData("dbt/run_results.v6.duckdb.run.json", "jaffle_shop", "Succeeded", 1, "", "2024-11-27T23:49:47Z")]
    [InlineData("dbt/run_results.v6.fusion_beta.skipped.json", "dbt_bouncer_test_project", "Succeeded", 62, "44/0/0/0/0", "2026-08-20T13:47:12Z")]
    [InlineData("dbt/run_results.v6.fusion.error.json", "shop", "Failed", 1, "", "2026-05-03T04:10:22Z")]
    public void Dbt_artifact_becomes_one_run_with_its_nodes(string sample, string pipeline, string status, int tasks, string tests, string at)
    {
        var runEvent = Assert.Single(Read("dbt", sample).Events);
        Assert.Equal((pipeline, status, tasks), (runEvent.Pipeline, runEvent.Status.ToString(), runEvent.Tasks.Count));
        Assert.Equal(tests, runEvent.Tests is { } counts ? $"{counts.Passed}/{counts.Failed}/{counts.Warned}/{counts.Skipped}/{counts.Errored}" : "");
        Assert.Equal(at, Time(runEvent.EventTimeMilliseconds));
        Assert.NotEmpty(runEvent.RunId);
        Assert.True(runEvent.StartedAtMilliseconds <= runEvent.FinishedAtMilliseconds);
    }

    [Fact]
    public void A_failed_dbt_run_names_node_and_message_and_the_address_names_environment_and_pipeline()
    {
        var document = JsonDocument.Parse(SampleFiles.Bytes("dbt/run_results.v4.build.error.json"));
        var payload = new SourcePayload(document.RootElement, query: name => name switch { "environment" => "prod", "pipeline" => "orders_daily", _ => "" });
        var runEvent = Assert.Single(SourceCatalog.Find("dbt")!.Read(payload).Events);
        Assert.Equal(("prod", "orders_daily"), (runEvent.Environment, runEvent.Pipeline));
        Assert.StartsWith("test_insert_overwrite: Database Error in model test_insert_overwrite", runEvent.Error, StringComparison.Ordinal);
        var failed = Assert.Single(runEvent.Tasks, task => task.Status == RunStatus.Failed);
        Assert.Equal(("test_insert_overwrite", "model"), (failed.Name, failed.Kind));
    }

    [Theory]
    [InlineData("\"partial success\"", RunStatus.Partial, RunStatus.Partial)]
    [InlineData("\"no-op\"", RunStatus.Succeeded, RunStatus.Succeeded)]
    [InlineData("\"reused\"", RunStatus.Succeeded, RunStatus.Succeeded)]
    [InlineData("\"warn\"", RunStatus.Succeeded, RunStatus.Succeeded)]
    [InlineData("\"skipped\"", RunStatus.Skipped, RunStatus.Succeeded)]
    [InlineData("\"runtime error\"", RunStatus.Failed, RunStatus.Failed)]
    public void Newer_words_of_dbt_are_known(string word, RunStatus node, RunStatus run)
    {
        var text = System.Text.Encoding.UTF8.GetString(SampleFiles.Bytes("dbt/run_results.v6.fusion.error.json")).Replace("\"error\"", word, StringComparison.Ordinal);
        var runEvent = Assert.Single(Read("dbt", JsonDocument.Parse(text), []).Events);
        Assert.Equal((node, run), (Assert.Single(runEvent.Tasks).Status, runEvent.Status));
    }

    [Theory]
    [InlineData("dbt/sources.v3.pass.json")]
    [InlineData("dbt/manifest.v12.small.json")]
    public void Artifacts_that_are_not_yet_read_are_answered_and_say_so(string sample)
    {
        var result = Read("dbt", sample);
        Assert.Equal(SourceOutcome.Ignored, result.Outcome);
        Assert.Contains("not yet", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Our_own_run_json_is_read_whole()
    {
        var runEvent = Assert.Single(Read("run", "run/succeeded.json").Events);
        Assert.Equal("pipeline orders_export production 4711#1 - Succeeded 2026-11-21T06:03:20Z  9f2c1d7", Line(runEvent));
        Assert.Equal((152000L, "team-orders", "owner"), (runEvent.Rows, runEvent.OwnerHint, runEvent.OwnerHintOrigin));
        Assert.Equal(["prod", "dev"], Read("run", "run/failed.batch.json").Events.Select(batch => batch.Environment));
    }

    [Theory]
    [InlineData("{}", "status")]
    [InlineData("[]", "$")]
    [InlineData("5", "$")]
    [InlineData("[7]", "[0].$")]
    [InlineData("""{"source":"a","pipeline":"p","environment":"prod","run_id":"1","status":"done"}""", "status")]
    [InlineData("""{"source":"a","pipeline":"p","environment":"prod","status":"failed"}""", "run_id")]
    [InlineData("""{"source":"a","pipeline":"","environment":"prod","run_id":"1","status":"failed"}""", "pipeline")]
    [InlineData("""{"source":"a","pipeline":"p","environment":"prod","run_id":"1","status":"failed","started_at":"yesterday"}""", "started_at")]
    [InlineData("""{"source":"a","pipeline":"p","environment":"prod","run_id":"1","status":"failed","rows":"many"}""", "rows")]
    [InlineData("""{"source":"a","pipeline":"p","environment":"prod","run_id":"1","status":"failed","attempt":0}""", "attempt")]
    [InlineData("""{"source":"a","pipeline":"p","environment":"prod","run_id":"1","status":"failed","pipline":"p"}""", "pipline")]
    [InlineData("""[{"source":"a","pipeline":"p","environment":"prod","run_id":"1","status":"failed"},{"source":"a"}]""", "[1].status")]
    [InlineData("""{"source":"a","pipeline":"p","environment":"prod","run_id":"1","status":"failed","started_at":"2026-01-02T00:00:00Z","finished_at":"2026-01-01T00:00:00Z"}""", "finished_at")]
    public void A_wrong_field_of_a_run_is_named(string json, string position)
    {
        var result = Read("run", JsonDocument.Parse(json), []);
        Assert.Equal(SourceOutcome.Invalid, result.Outcome);
        Assert.Equal(position, result.Position);
        Assert.NotEmpty(result.Reason);
    }

    private static SourceResult Read(string source, string sample, params (string Name, string Value)[] headers) =>
        Read(source, JsonDocument.Parse(SampleFiles.Bytes(sample)), headers);

    private static SourceResult Read(string source, JsonDocument document, (string Name, string Value)[] headers) =>
        SourceCatalog.Find(source)!.Read(new SourcePayload(document.RootElement, name => headers.FirstOrDefault(header => header.Name == name).Value ?? ""));

    private static string Line(RunEvent runEvent) => string.Create(CultureInfo.InvariantCulture,
        $"{(runEvent.Kind == RunKind.Deployment ? "deployment" : "pipeline")} {runEvent.Pipeline} {runEvent.Environment} {runEvent.RunId}#{runEvent.Attempt} {(runEvent.Task.Length > 0 ? runEvent.Task : "-")} {runEvent.Status} {Time(runEvent.EventTimeMilliseconds)} {runEvent.Branch} {runEvent.Commit[..Math.Min(8, runEvent.Commit.Length)]}");

    private static string Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    private static long Milliseconds(string time) => DateTimeOffset.Parse(time, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
}
