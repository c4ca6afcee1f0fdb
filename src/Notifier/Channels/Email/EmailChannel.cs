using System.Net.Sockets;
using System.Security.Authentication;
using Observability.Configuration;
using Observability.Notifier.Rendering;

namespace Observability.Notifier.Channels.Email;

/// <summary>
/// Mail by SMTP. Every attempt at one notice carries the same Message-ID, so that a repeat after a crash lands in the same place of the thread and many
/// servers drop it. What each recipient's server said is kept; one good recipient makes it delivered, because sending again would tell that one twice.
/// </summary>
internal sealed class EmailChannel(TimeProvider time, IFileReader files) : IChannel
{
    /// <summary>The whole dialogue. Greylisting servers answer within seconds; half a minute is a fault.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    public string Kind => "email";

    /// <summary>Two dialogues: most servers allow few from one address.</summary>
    public int MostAtOnce => 2;

    public async Task<DeliveryResult> AttemptAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        var settings = (EmailIntegration)delivery.Integration!;
        var prepared = Prepare(delivery, settings);
        if (prepared.Problem is { } problem)
        {
            return new DeliveryResult(DeliveryOutcome.Misconfigured, problem);
        }
        using var timeout = new CancellationTokenSource(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        SmtpSession? session = null;
        try
        {
            session = await SmtpSession.OpenAsync(settings.Smtp, prepared.Server, files, either.Token);
            return await session.SendAsync(prepared.Envelope!, prepared.Message!, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new DeliveryResult(DeliveryOutcome.TimedOut, $"the mail server took longer than {Timeout.TotalSeconds:0} s", MayHaveArrived: session?.IsDataSent == true);
        }
        catch (SmtpException exception)
        {
            return exception.Result;
        }
        catch (Exception exception) when (exception is SocketException or IOException or AuthenticationException)
        {
            return new DeliveryResult(DeliveryOutcome.Unreachable, exception.Message, MayHaveArrived: session?.IsDataSent == true);
        }
        catch (HttpSettingsException exception)
        {
            return new DeliveryResult(DeliveryOutcome.Misconfigured, exception.Message);
        }
        finally
        {
            if (session is not null)
            {
                await session.DisposeAsync();
            }
        }
    }

    private static PreparedMail Prepare(Delivery delivery, EmailIntegration settings)
    {
        if (!SmtpAddress.TryParse(settings.Smtp.Smarthost, out var server))
        {
            return new PreparedMail(default, null, null, $"smarthost '{settings.Smtp.Smarthost}' is not host:port");
        }
        var from = delivery.Texts.TryRender("email from", settings.Smtp.From ?? "");
        if (from is null || MailAddresses.Parse(from) is not [var sender])
        {
            return new PreparedMail(server, null, null, $"from '{PlainText.OneLine(from ?? settings.Smtp.From ?? "", 80)}' is not a mail address");
        }
        var to = delivery.Texts.TryRender("email to", settings.To);
        if (to is null)
        {
            return new PreparedMail(server, null, null, $"to: {delivery.Texts.Errors[^1]}");
        }
        if (MailAddresses.Parse(to) is not { Count: > 0 } recipients)
        {
            return new PreparedMail(server, null, null, to.Trim().Length == 0
                ? $"to '{settings.To}' renders to nothing: the alert has no owner with a mail address"
                : $"to '{PlainText.OneLine(to, 120)}' is not a list of mail addresses");
        }
        var message = MailMessageWriter.Write(delivery, settings, sender, recipients);
        return new PreparedMail(server, new MailEnvelope(sender, recipients), message, null);
    }

    private readonly record struct PreparedMail(SmtpAddress Server, MailEnvelope? Envelope, byte[]? Message, string? Problem);
}

/// <summary>Who sends and who gets it, as the servers see it.</summary>
internal sealed record MailEnvelope(MailAddress From, IReadOnlyList<MailAddress> To);
