using System.Net.Mail;

namespace Observability.TestKit.Tests.Servers;

public sealed class SmtpServerTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_mail_is_kept_with_its_envelope_and_headers_over_a_restart()
    {
        await using var server = await SmtpServer.StartAsync(cancellationToken: Cancellation).OrSkipAsync();
        await SendAsync(server, "ana@example.com", "orders_daily failed");
        await server.Kill9Async();
        await Assert.ThrowsAsync<SmtpException>(() => SendAsync(server, "ana@example.com", "nobody listens"));
        await server.RestartAsync(Cancellation);
        await SendAsync(server, "bo@example.com", "orders_daily is fine again");

        var mails = await server.WaitForMailsAsync(2, TimeSpan.FromSeconds(10));
        Assert.Equal(["ana@example.com", "bo@example.com"], mails.SelectMany(mail => mail.To));
        Assert.Equal("observability@example.com", mails[0].From);
        Assert.Equal("orders_daily failed", mails[0].Header("subject"));
        Assert.Contains("what went wrong", mails[0].Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_script_answers_451_so_often_and_then_accepts()
    {
        await using var server = await SmtpServer.StartAsync(new SmtpScript { TemporaryFailures = 1 }, Cancellation).OrSkipAsync();
        await Assert.ThrowsAsync<SmtpException>(() => SendAsync(server, "ana@example.com", "first"));
        await SendAsync(server, "ana@example.com", "second");
        Assert.Equal("second", Assert.Single(server.Mails).Header("Subject"));
    }

    [Fact]
    public async Task The_script_refuses_a_recipient_and_accepts_the_others()
    {
        await using var server = await SmtpServer.StartAsync(new SmtpScript { RefusedRecipients = ["gone@example.com"] }, Cancellation).OrSkipAsync();
        var refused = await Assert.ThrowsAsync<SmtpFailedRecipientException>(() => SendAsync(server, "gone@example.com", "lost"));
        Assert.Equal(SmtpStatusCode.MailboxUnavailable, refused.StatusCode);
        await SendAsync(server, "ana@example.com", "found");
        Assert.Single(server.Mails);
    }

    private static async Task SendAsync(SmtpServer server, string to, string subject)
    {
        using var client = new SmtpClient("127.0.0.1", server.Port);
        using var mail = new MailMessage("observability@example.com", to, subject, "what went wrong");
        await client.SendMailAsync(mail, Cancellation);
    }
}
