using System.Text.Json;
using Observability.Contracts;
using Observability.Notifier.Delivering;
using Observability.TestKit;

namespace Observability.Notifier.Tests.Delivering;

public sealed class DeliveryTests
{
    private static readonly Uri Nowhere = new($"http://127.0.0.1:{FreePorts.Next()}/");

    [Fact]
    public async Task A_notice_is_delivered_once_and_recorded_with_what_it_looked_like()
    {
        await using var slack = await ScriptedHttpServer.StartAsync();
        using var folder = Configurations.Folder(Configurations.Slack("prod", slack.Url));
        await using var world = await World.StartAsync(folder);
        var intent = Intents.Firing("prod", "slack[0]");

        await world.ConsumeAsync(intent, intent, intent);

        var notice = Assert.Single(await world.SettledAsync(1));
        Assert.Equal("delivered", Text(notice, "status"));
        Assert.Equal("slack", Text(notice, "channel"));
        Assert.Equal("delivered", Text(Assert.Single(notice.GetProperty("attempts").EnumerateArray().ToList()), "outcome"));
        var rendered = notice.GetProperty("rendered");
        Assert.Equal(JsonSerializer.Serialize(rendered.GetProperty("slack")), JsonSerializer.Serialize(JsonDocument.Parse(slack.Requests.Single().Text).RootElement));
        Assert.Equal("[prod] Critical: orders_daily failed in fct_orders", Text(rendered.GetProperty("mail"), "subject"));
    }

    [Fact]
    public async Task Retry_after_is_obeyed_and_the_notice_arrives()
    {
        await using var slack = await ScriptedHttpServer.StartAsync(HttpReply.RateLimited(1), HttpReply.Ok());
        using var folder = Configurations.Folder(Configurations.Slack("prod", slack.Url));
        await using var world = await World.StartAsync(folder);

        await world.ConsumeAsync(Intents.Firing("prod", "slack[0]"));

        var notice = Assert.Single(await world.SettledAsync(1));
        Assert.Equal(["rate_limited", "delivered"], Outcomes(notice));
        Assert.InRange(Assert.Single(slack.GapsBetweenRequests), TimeSpan.FromMilliseconds(950), TimeSpan.FromSeconds(10));
        Assert.False(notice.GetProperty("attempts")[1].GetProperty("possible_repeat").GetBoolean());
    }

    [Fact]
    public async Task A_broken_endpoint_is_asked_again_and_a_cut_connection_makes_the_next_attempt_a_possible_repeat()
    {
        await using var slack = await ScriptedHttpServer.StartAsync(HttpReply.Error(500), HttpReply.Cut(), HttpReply.Ok());
        using var folder = Configurations.Folder(Configurations.Slack("prod", slack.Url));
        await using var world = await World.StartAsync(folder);

        await world.ConsumeAsync(Intents.Firing("prod", "slack[0]"));

        var notice = Assert.Single(await world.SettledAsync(1));
        Assert.Equal(["unreachable", "unreachable", "delivered"], Outcomes(notice));
        Assert.Equal([false, false, true], notice.GetProperty("attempts").EnumerateArray().Select(attempt => attempt.GetProperty("possible_repeat").GetBoolean()));
        Assert.DoesNotContain("Possible repeat", slack.Requests[1].Text, StringComparison.Ordinal);
        Assert.Contains("Possible repeat", slack.Requests[2].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_is_final_and_the_fallback_receiver_is_told_why()
    {
        await using var slack = await ScriptedHttpServer.StartAsync(HttpReply.Error(404, "no_service"));
        using var folder = Configurations.Folder(Configurations.Slack("prod", slack.Url));
        await using var world = await World.StartAsync(folder);

        await world.ConsumeAsync(Intents.Firing("prod", "slack[0]"));

        var notices = await world.SettledAsync(2);
        Assert.Equal(["failed", "kept"], notices.Select(notice => Text(notice, "status")));
        Assert.Single(slack.Requests);
        Assert.Equal("fallback", Text(notices[1], "receiver"));
        Assert.Equal(Text(notices[0], "id"), Text(notices[1], "fallback_of"));
        Assert.Contains("no_service", Text(notices[1].GetProperty("rendered").GetProperty("mail"), "text"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_was_told_instead_of_a_failed_receiver_hears_the_end_too()
    {
        await using var slack = await ScriptedHttpServer.StartAsync(HttpReply.Error(404), HttpReply.Ok());
        using var folder = Configurations.Folder(Configurations.Slack("prod", slack.Url));
        await using var world = await World.StartAsync(folder);

        await world.ConsumeAsync(Intents.Firing("prod", "slack[0]"));
        await world.SettledAsync(2);
        await world.ConsumeAsync(Intents.Resolved("prod", "slack[0]"));

        var notices = await world.SettledAsync(4);
        Assert.Equal(["prod firing failed", "fallback firing kept", "prod resolved delivered", "fallback resolved kept"],
            notices.Select(notice => $"{Text(notice, "receiver")} {Text(notice, "kind")} {Text(notice, "status")}"));
    }

    [Fact]
    public async Task After_the_deadline_it_is_given_up()
    {
        using var folder = Configurations.Folder(Configurations.Slack("prod", Nowhere));
        // Pauses are 0.1 s at most: room for many attempts, also where the first one waits for its compilation.
        await using var world = await World.StartAsync(folder, World.FastLimits with { Deadline = TimeSpan.FromSeconds(3) });

        await world.ConsumeAsync(Intents.Firing("prod", "slack[0]"));

        var notices = await world.SettledAsync(2);
        Assert.Equal("failed", Text(notices[0], "status"));
        Assert.All(Outcomes(notices[0]), outcome => Assert.Equal("unreachable", outcome));
        Assert.True(Outcomes(notices[0]).Count > 1);
    }

    [Fact]
    public async Task Firing_and_resolved_that_were_both_undelivered_become_one_message_that_says_both()
    {
        await using var slack = await ScriptedHttpServer.StartAsync(HttpReply.RateLimited(1), HttpReply.Ok());
        using var folder = Configurations.Folder(Configurations.Slack("prod", slack.Url));
        await using var world = await World.StartAsync(folder);

        await world.ConsumeAsync(Intents.Firing("prod", "slack[0]"));
        await slack.WaitForRequestsAsync(1, TimeSpan.FromSeconds(10));
        await world.ConsumeAsync(Intents.Firing("prod", "slack[0]", ordinal: 2, incident: 1, isUpdate: true), Intents.Resolved("prod", "slack[0]", ordinal: 3));

        var notices = await world.SettledAsync(3);
        Assert.Equal(["superseded", "superseded", "delivered"], notices.Select(notice => Text(notice, "status")));
        Assert.All(notices.Take(2), notice => Assert.Equal(Text(notices[2], "id"), Text(notice, "superseded_by")));
        Assert.Equal(2, slack.Requests.Count);
        Assert.Contains("Fired and resolved before it could be told", slack.Requests[1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_update_that_replaces_an_undelivered_beginning_pages_like_a_beginning()
    {
        await using var slack = await ScriptedHttpServer.StartAsync(HttpReply.RateLimited(1), HttpReply.Ok());
        using var folder = Configurations.Folder(Configurations.Slack("prod", slack.Url));
        await using var world = await World.StartAsync(folder);

        await world.ConsumeAsync(Intents.Firing("prod", "slack[0]"));
        await slack.WaitForRequestsAsync(1, TimeSpan.FromSeconds(10));
        await world.ConsumeAsync(Intents.Firing("prod", "slack[0]", ordinal: 2, incident: 1, isUpdate: true));

        await world.SettledAsync(2);
        Assert.Contains("<!subteam^S0ORDERSONCALL>", slack.Requests[1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Good_news_is_told_each_time()
    {
        await using var slack = await ScriptedHttpServer.StartAsync(HttpReply.RateLimited(1), HttpReply.Ok());
        using var folder = Configurations.Folder(Configurations.Slack("prod", slack.Url));
        await using var world = await World.StartAsync(folder);

        await world.ConsumeAsync(Intents.Firing("prod", "slack[0]", 1) with { Kind = IntentKind.Notice }, Intents.Firing("prod", "slack[0]", 2) with { Kind = IntentKind.Notice });

        Assert.All(await world.SettledAsync(2), notice => Assert.Equal("delivered", Text(notice, "status")));
    }

    [Fact]
    public async Task One_hung_endpoint_does_not_delay_another_and_groups_keep_their_order()
    {
        await using var hung = await ScriptedHttpServer.StartAsync(HttpReply.Hang());
        await using var good = await ScriptedHttpServer.StartAsync();
        using var folder = Configurations.Folder(Configurations.Webhook("slow", hung.Url) + Configurations.Webhook("fast", good.Url));
        await using var world = await World.StartAsync(folder);

        for (var ordinal = 1; ordinal <= 20; ordinal++)
        {
            await world.ConsumeAsync(
                Intents.Firing("slow", "webhook[0]", ordinal, pipeline: $"p{ordinal}"),
                Intents.Firing("fast", "webhook[0]", ordinal, pipeline: $"p{ordinal % 3}") with { Kind = IntentKind.Notice });
        }

        var requests = await good.WaitForRequestsAsync(20, TimeSpan.FromSeconds(10));
        Assert.Equal(20, requests.Count);
        Assert.InRange(hung.Requests.Count, 1, 8);
        var fast = (await world.NoticesAsync("?receiver=fast")).OrderBy(notice => notice.GetProperty("ordinal").GetInt64()).GroupBy(notice => Text(notice, "group"));
        Assert.All(fast, group => Assert.Equal(group.OrderBy(AttemptedAt), group));

        static DateTimeOffset AttemptedAt(JsonElement notice) => notice.GetProperty("attempts")[0].GetProperty("at").GetDateTimeOffset();
    }

    [Fact]
    public async Task After_a_restart_an_attempt_without_an_outcome_is_made_again_and_marked()
    {
        await using var slack = await ScriptedHttpServer.StartAsync(HttpReply.Hang(), HttpReply.Ok());
        using var folder = Configurations.Folder(Configurations.Slack("prod", slack.Url));
        await using (var first = await World.StartAsync(folder))
        {
            await first.ConsumeAsync(Intents.Firing("prod", "slack[0]"));
            await slack.WaitForRequestsAsync(1, TimeSpan.FromSeconds(10));
        }

        await using var second = await World.StartAsync(folder);

        var notice = Assert.Single(await second.SettledAsync(1));
        Assert.Equal(["unknown", "delivered"], Outcomes(notice));
        Assert.Contains("Possible repeat", slack.Requests[1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_delivered_is_not_delivered_again_after_a_restart()
    {
        await using var slack = await ScriptedHttpServer.StartAsync();
        using var folder = Configurations.Folder(Configurations.Slack("prod", slack.Url));
        var intent = Intents.Firing("prod", "slack[0]");
        await using (var first = await World.StartAsync(folder))
        {
            await first.ConsumeAsync(intent);
            await first.SettledAsync(1);
        }

        await using var second = await World.StartAsync(folder);
        await second.ConsumeAsync(intent, Intents.Resolved("prod", "slack[0]"));

        Assert.Equal(["delivered", "delivered"], (await second.SettledAsync(2)).Select(notice => Text(notice, "status")));
        Assert.Equal(2, slack.Requests.Count);
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static List<string> Outcomes(JsonElement notice) => [.. notice.GetProperty("attempts").EnumerateArray().Select(attempt => Text(attempt, "outcome"))];
}
