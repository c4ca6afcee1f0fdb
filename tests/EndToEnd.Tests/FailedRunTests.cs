using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using Observability.EndToEnd.Tests.Shapes;
using Observability.TestKit;

namespace Observability.EndToEnd.Tests;

/// <summary>From a recorded artifact to the message that a person reads, in both shapes.</summary>
public sealed class FailedRunTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>From the artifact to the Slack request in a running system.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    [Theory]
    [InlineData("standalone")]
    [InlineData("distributed")]
    public async Task A_failed_dbt_run_in_prod_reaches_its_owner_by_Slack_and_mail_and_its_end_closes_the_thread(string shapeName)
    {
        await using var slack = await ScriptedHttpServer.StartAsync();
        await using var smtp = await SmtpServer.StartAsync().OrSkipAsync();
        using var folder = new TestFolder(slack.Url, smtp.Port);
        await using var shape = await Shape.StartAsync(shapeName, folder.Path);
        // The first request of a process pays for its compilation; what is judged is a running system.
        await PostAsync(shape, "dbt/run_results.v5.build.success.json", "environment=dev&pipeline=warm_up");
        await PostAsync(shape, "dbt/run_results.v4.build.error.json", "environment=dev&pipeline=warm_up_failure");
        await slack.WaitForRequestsAsync(1, Patience);

        var watch = Stopwatch.StartNew();
        await PostAsync(shape, "dbt/run_results.v4.build.error.json", "environment=prod&pipeline=jaffle_daily");
        await Eventually.TrueAsync(() => ToProd(slack).Count >= 1, Patience, $"a Slack request\n{shape.Output}");
        await smtp.WaitForMailsAsync(1, Patience);
        var elapsed = watch.Elapsed;
        TestContext.Current.SendDiagnosticMessage("{0}: artifact to Slack and mail in {1:0} ms", shapeName, elapsed.TotalMilliseconds);

        var message = ToProd(slack)[0].Text;
        Assert.Contains("prod", message, StringComparison.Ordinal);
        Assert.Contains("jaffle_daily", message, StringComparison.Ordinal);
        Assert.Contains("test_insert_overwrite", message, StringComparison.Ordinal);
        Assert.Contains("No matching signature for function TIMESTAMP_TRUNC", message, StringComparison.Ordinal);
        Assert.Contains("team-orders", message, StringComparison.Ordinal);
        Assert.Contains("https://obs.example.com/", message, StringComparison.Ordinal);
        var firing = smtp.Mails[0];
        Assert.Contains("[prod]", firing.Header("Subject"), StringComparison.Ordinal);
        Assert.Contains("jaffle_daily", firing.Header("Subject"), StringComparison.Ordinal);

        await PostAsync(shape, "dbt/run_results.v5.build.success.json", "environment=prod&pipeline=jaffle_daily");
        await smtp.WaitForMailsAsync(2, Patience);
        await Eventually.TrueAsync(() => ToProd(slack).Count >= 2, Patience, $"the resolved message\n{shape.Output}");
        var resolved = smtp.Mails[1];
        Assert.Contains("Resolved", resolved.Header("Subject"), StringComparison.OrdinalIgnoreCase);
        Assert.Contains(firing.Header("Message-ID")!, resolved.Header("References"), StringComparison.Ordinal);

        // Once each: what comes twice comes within the group interval of a second.
        Assert.False(await Eventually.BecomesTrueAsync(() => Task.FromResult(ToProd(slack).Count > 2 || smtp.Mails.Count > 2), TimeSpan.FromSeconds(3)), "something was told twice");
        Assert.DoesNotContain(ToProd(slack), request => request.Text.Contains("warm_up", StringComparison.Ordinal));
        Assert.DoesNotContain(slack.Requests, request => request.Path.EndsWith("dev", StringComparison.Ordinal) && request.Text.Contains("jaffle_daily", StringComparison.Ordinal));
        Assert.True(await FastestAsync(shape, slack, elapsed) < Limit, $"took {elapsed.TotalSeconds:0.0} s, and no shorter when repeated: the path waits somewhere");
    }

    /// <summary>A machine busy with something else can be slow once: a path that waits is slow each time.</summary>
    private static async Task<TimeSpan> FastestAsync(Shape shape, ScriptedHttpServer slack, TimeSpan first)
    {
        var fastest = first;
        for (var attempt = 1; attempt <= 3 && fastest >= Limit; attempt++)
        {
            var pipeline = $"again_{attempt}";
            var watch = Stopwatch.StartNew();
            await PostAsync(shape, "dbt/run_results.v4.build.error.json", $"environment=prod&pipeline={pipeline}");
            await Eventually.TrueAsync(() => ToProd(slack).Exists(request => request.Text.Contains(pipeline, StringComparison.Ordinal)), Patience, $"a Slack request\n{shape.Output}");
            fastest = watch.Elapsed < fastest ? watch.Elapsed : fastest;
        }
        return fastest;
    }

    private static List<RecordedRequest> ToProd(ScriptedHttpServer slack) =>
        [.. slack.Requests.Where(request => request.Path.EndsWith("prod", StringComparison.Ordinal))];

    private static async Task PostAsync(Shape shape, string sample, string query)
    {
        using var content = new ByteArrayContent(Samples.Bytes(sample));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await shape.Client.PostAsync(new Uri($"/webhooks/dbt?{query}", UriKind.Relative), content);
        Assert.True(response.StatusCode is HttpStatusCode.OK or HttpStatusCode.Accepted, $"{response.StatusCode}: {await response.Content.ReadAsStringAsync()}\n{shape.Output}");
    }
}
