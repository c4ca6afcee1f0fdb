using System.Text.Json;
using Observability.TestKit;

namespace Observability.Notifier.Tests.Channels;

public sealed class EmailTests
{
    [Fact]
    public async Task The_end_is_a_reply_to_the_first_mail_of_its_incident_and_goes_to_the_owner()
    {
        await using var server = await SmtpServer.StartAsync().OrSkipAsync();
        using var folder = Configurations.Folder(Configurations.Email("prod", server.Port, "{{ .Owner.Email }}"));
        await using var world = await World.StartAsync(folder);

        await world.ConsumeAsync(Intents.Firing("prod", "email[0]"));
        await server.WaitForMailsAsync(1, TimeSpan.FromSeconds(20));
        await world.ConsumeAsync(Intents.Resolved("prod", "email[0]"));

        var mails = await server.WaitForMailsAsync(2, TimeSpan.FromSeconds(20));
        Assert.Equal(["orders@example.com"], mails[0].To);
        Assert.Equal("[prod] Critical: orders_daily failed in fct_orders", mails[0].Header("Subject"));
        Assert.StartsWith("[prod] Resolved: ", mails[1].Header("Subject"), StringComparison.Ordinal);
        Assert.Null(mails[0].Header("References"));
        Assert.Equal(mails[0].Header("Message-ID"), mails[1].Header("References"));
        Assert.Equal(mails[0].Header("Message-ID"), mails[1].Header("In-Reply-To"));
        Assert.Equal("auto-generated", mails[0].Header("Auto-Submitted"));
        Assert.Contains("multipart/alternative", mails[0].Header("Content-Type"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_temporary_refusal_is_tried_again_with_the_same_message_id()
    {
        await using var server = await SmtpServer.StartAsync(new SmtpScript { TemporaryFailures = 1 }).OrSkipAsync();
        using var folder = Configurations.Folder(Configurations.Email("prod", server.Port, "a@example.com"));
        await using var world = await World.StartAsync(folder);

        await world.ConsumeAsync(Intents.Firing("prod", "email[0]"));

        var notice = Assert.Single(await world.SettledAsync(1));
        Assert.Equal(["rate_limited", "delivered"], notice.GetProperty("attempts").EnumerateArray().Select(attempt => attempt.GetProperty("outcome").GetString()!));
        Assert.Single(server.Mails);
    }

    [Fact]
    public async Task A_refused_recipient_is_named_and_the_others_get_the_mail_once()
    {
        await using var server = await SmtpServer.StartAsync(new SmtpScript { RefusedRecipients = ["gone@example.com"] }).OrSkipAsync();
        using var folder = Configurations.Folder(Configurations.Email("prod", server.Port, "gone@example.com, here@example.com"));
        await using var world = await World.StartAsync(folder);

        await world.ConsumeAsync(Intents.Firing("prod", "email[0]"));

        var notice = Assert.Single(await world.SettledAsync(1));
        Assert.Equal("delivered", notice.GetProperty("status").GetString());
        Assert.Contains("gone@example.com", notice.GetProperty("attempts")[0].GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(["here@example.com"], Assert.Single(server.Mails).To);
    }

    [Fact]
    public async Task A_test_goes_through_each_integration_and_says_what_came_of_it()
    {
        using var folder = Configurations.Folder(Configurations.Email("prod", FreePorts.Next(), "a@example.com"));
        await using var world = await World.StartAsync(folder);
        using var request = new StringContent("""{"receiver":"prod"}""", System.Text.Encoding.UTF8, "application/json");

        using var response = await world.Client.PostAsync(new Uri("/api/v1/notices/test", UriKind.Relative), request);

        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        var result = json.RootElement.GetProperty("results")[0];
        Assert.Equal("email[0]", result.GetProperty("integration").GetString());
        Assert.Equal("failed", result.GetProperty("outcome").GetString());
        Assert.Equal("test", Assert.Single(await world.NoticesAsync()).GetProperty("kind").GetString());
    }
}
