using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Observability.Collector.Tests.Support;
using Observability.Configuration;

namespace Observability.Collector.Tests.EndToEnd;

public sealed class WebhookTests
{
    private const string Run = """{"source":"cron","pipeline":"orders","environment":"prod","status":"failed","run_id":"1","error":"disk full"}""";

    [Fact]
    public async Task A_run_reaches_store_and_bus_and_is_seen_as_the_last_event_of_its_source()
    {
        await using var host = await CollectorHost.StartAsync();
        using var response = await host.PostJsonAsync("/webhooks/run/nightly", Run);
        Assert.Equal("""{"events":1}""", await response.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await host.Store.UntilAsync(() => host.Store.Lines.Any(line => line.Contains("'orders failed: disk full'", StringComparison.Ordinal)));
        await host.Bus.UntilAsync(() => host.Bus.Published.Any(frame => FrameText.Of(frame.Bytes).Contains("run cron orders prod 1#1  Failed")));
        using var sources = JsonDocument.Parse(await host.Client.GetStringAsync("/api/v1/sources"));
        var row = Assert.Single(sources.RootElement.EnumerateArray());
        Assert.Equal(("run", "nightly", "prod", 1), (row.GetProperty("source").GetString(), row.GetProperty("endpoint").GetString(), row.GetProperty("last_environment").GetString(), row.GetProperty("events_total").GetInt32()));
    }

    [Fact]
    public async Task A_recorded_dbt_artifact_for_prod_becomes_a_failed_run_of_prod()
    {
        await using var host = await CollectorHost.StartAsync();
        var artifact = Encoding.UTF8.GetString(SampleFiles.Bytes("dbt/run_results.v4.build.error.json"));
        using var response = await host.PostJsonAsync("/webhooks/dbt?environment=prod", artifact);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await host.Bus.UntilAsync(() => host.Bus.Published.Any(frame => FrameText.Of(frame.Bytes).Contains("run dbt jaffle_shop prod 5b7ab67d-5559-49b8-9373-35eab8b9f2f7#1  Failed")));
    }

    [Theory]
    [InlineData("{", HttpStatusCode.BadRequest, "line 1, byte 2")]
    [InlineData("""{"source":"cron"}""", HttpStatusCode.BadRequest, "status")]
    [InlineData("\"\\ud800\"", HttpStatusCode.BadRequest, "byte 0")]
    public async Task Bad_input_is_refused_with_its_position_and_nothing_is_stored(string json, HttpStatusCode expected, string position)
    {
        await using var host = await CollectorHost.StartAsync();
        using var response = await host.PostJsonAsync("/webhooks/run", json);
        Assert.Equal(expected, response.StatusCode);
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal("malformed", body.RootElement.GetProperty("error").GetString());
        Assert.Equal(position, body.RootElement.GetProperty("position").GetString());
        Assert.True(host.Spool.NewestSequence <= 1, "only the heartbeat is in the spool");
    }

    [Fact]
    public async Task An_unknown_source_is_answered_with_those_that_exist()
    {
        await using var host = await CollectorHost.StartAsync();
        using var response = await host.PostJsonAsync("/webhooks/nagios", "{}");
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Contains("known: dbt, github, run", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_authentic_but_not_understood_is_kept_redacted_with_its_reason()
    {
        await using var host = await CollectorHost.StartAsync();
        using var response = await host.PostJsonAsync("/webhooks/github/orders?environment=prod", """{"token":"Bearer abcdefgh12345678"}""", ("X-GitHub-Event", "workflow_run"));
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.StartsWith("""{"kept":true,"reason":"workflow_run has no id""", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await host.Store.UntilAsync(() => host.Store.Lines.Count > 0);
        using var letters = JsonDocument.Parse(await host.Client.GetStringAsync("/api/v1/dead-letters?limit=5"));
        var letter = Assert.Single(letters.RootElement.EnumerateArray());
        Assert.Equal(("github", "orders", "prod"), (letter.GetProperty("source").GetString(), letter.GetProperty("endpoint").GetString(), letter.GetProperty("environment").GetString()));
        Assert.Equal("""{"token":"Bearer <redacted>"}""", letter.GetProperty("payload").GetString());
    }

    [Fact]
    public async Task With_a_secret_only_signed_deliveries_are_taken_and_a_forgery_leaves_nothing()
    {
        await using var host = await CollectorHost.StartAsync(Configurations.With(endpoints: Configurations.Endpoint("github", "orders", secret: "s3cret")));
        var body = Encoding.UTF8.GetString(SampleFiles.Bytes("github/workflow_run.completed.failure.json"));
        var signature = "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData("s3cret"u8, Encoding.UTF8.GetBytes(body)));
        using var forged = await host.PostJsonAsync("/webhooks/github/orders", body, ("X-GitHub-Event", "workflow_run"), ("X-Hub-Signature-256", signature[..^1] + "0"));
        using var unsigned = await host.PostJsonAsync("/webhooks/github/orders", body, ("X-GitHub-Event", "workflow_run"));
        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized), (signature.EndsWith('0') ? HttpStatusCode.Unauthorized : forged.StatusCode, unsigned.StatusCode));
        Assert.Equal("[]", await host.Client.GetStringAsync("/api/v1/sources"));
        using var signed = await host.PostJsonAsync("/webhooks/github/orders", body, ("X-GitHub-Event", "workflow_run"), ("X-Hub-Signature-256", signature));
        Assert.Equal(HttpStatusCode.OK, signed.StatusCode);
        await host.Store.UntilAsync(() => host.Store.Lines.Contains("frame prod github github/orders"));
    }

    [Fact]
    public async Task A_signed_form_is_read_and_an_unsigned_one_is_what_any_page_could_send()
    {
        await using var host = await CollectorHost.StartAsync(Configurations.With(endpoints: Configurations.Endpoint("github", "orders", secret: "s3cret")));
        var form = "payload=" + WebUtility.UrlEncode(Encoding.UTF8.GetString(SampleFiles.Bytes("github/workflow_run.completed.failure.json")));
        var signature = "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData("s3cret"u8, Encoding.UTF8.GetBytes(form)));
        using var signed = await host.PostAsync("/webhooks/github/orders", Form(form), ("X-GitHub-Event", "workflow_run"), ("X-Hub-Signature-256", signature));
        using var open = await host.PostAsync("/webhooks/github", Form(form), ("X-GitHub-Event", "workflow_run"));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.UnsupportedMediaType), (signed.StatusCode, open.StatusCode));
    }

    [Fact]
    public async Task With_keys_a_source_without_a_secret_asks_for_one_and_its_environments_count()
    {
        var key = new ApiKey { Name = "ci", Line = 2, Sha256 = SHA256.HashData("key"u8), Roles = AccessRoles.Ingest, Environments = ["dev"] };
        await using var host = await CollectorHost.StartAsync(Configurations.With(access: new AccessConfiguration { Keys = [key] }));
        using var none = await host.PostJsonAsync("/webhooks/run", Run);
        using var elsewhere = await host.PostJsonAsync("/webhooks/run", Run, ("X-Api-Key", "key"));
        using var allowed = await host.PostJsonAsync("/webhooks/run", Run.Replace("prod", "dev", StringComparison.Ordinal), ("X-Api-Key", "key"));
        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden, HttpStatusCode.OK), (none.StatusCode, elsewhere.StatusCode, allowed.StatusCode));
        await host.Store.UntilAsync(() => host.Store.Lines.Contains("frame dev run ci"));
    }

    private static StringContent Form(string form) => new(form, Encoding.UTF8, "application/x-www-form-urlencoded");
}
