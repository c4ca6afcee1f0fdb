using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Observability.Configuration;

namespace Observability.Notifier.Channels.Email;

/// <summary>
/// One dialogue with a mail server (RFC 5321; STARTTLS RFC 3207; AUTH RFC 4954): PLAIN, LOGIN and CRAM-MD5 with the settings that Alertmanager has.
/// Port 465 speaks TLS from the first byte.
/// </summary>
internal sealed class SmtpSession : IAsyncDisposable
{
    private const int ImplicitTlsPort = 465;

    private readonly TcpClient _client;
    private SmtpLines _lines;
    private IReadOnlyList<string> _extensions = [];

    private SmtpSession(TcpClient client, Stream stream)
    {
        _client = client;
        _lines = new SmtpLines(stream);
    }

    /// <summary>The message went out, so it may have arrived whatever happens next.</summary>
    public bool IsDataSent { get; private set; }

    /// <exception cref="SmtpException">The server refuses, or does not offer what the settings demand.</exception>
    public static async Task<SmtpSession> OpenAsync(SmtpSettings settings, SmtpAddress server, IFileReader files, CancellationToken cancellationToken)
    {
        var tls = TlsOptions.Of(settings.Tls, files, server.Host);
        var client = new TcpClient { NoDelay = true };
        try
        {
            await client.ConnectAsync(server.Host, server.Port, cancellationToken);
            var session = new SmtpSession(client, client.GetStream());
            if (server.Port == ImplicitTlsPort)
            {
                await session.EncryptAsync(tls, cancellationToken);
            }
            await session.ExpectAsync(220, cancellationToken);
            await session.HelloAsync(settings.Hello, cancellationToken);
            if (settings.RequireTls && server.Port != ImplicitTlsPort)
            {
                if (!session.Offers("STARTTLS"))
                {
                    throw SmtpException.Misconfigured("the server does not offer STARTTLS and require_tls is true; set require_tls: false only for a server on this machine or network");
                }
                await session.CommandAsync("STARTTLS", 220, cancellationToken);
                await session.EncryptAsync(tls, cancellationToken);
                await session.HelloAsync(settings.Hello, cancellationToken);
            }
            if (!string.IsNullOrEmpty(settings.AuthUsername))
            {
                await session.AuthenticateAsync(settings, files, cancellationToken);
            }
            return session;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>Sends one message. Recipients that are refused are named in the result; with one that is accepted it is delivered.</summary>
    public async Task<DeliveryResult> SendAsync(MailEnvelope envelope, byte[] message, CancellationToken cancellationToken)
    {
        await CommandAsync($"MAIL FROM:<{envelope.From.Address}>", 250, cancellationToken);
        var refused = new List<(string Address, SmtpReply Reply)>();
        foreach (var recipient in envelope.To)
        {
            var reply = await AskAsync($"RCPT TO:<{recipient.Address}>", cancellationToken);
            if (reply.Code is not (250 or 251 or 252))
            {
                refused.Add((recipient.Address, reply));
            }
        }
        var refusals = string.Join("; ", refused.Select(refusal => $"{refusal.Address}: {refusal.Reply}"));
        if (refused.Count == envelope.To.Count)
        {
            // One that may be asked again is worth asking again.
            return new DeliveryResult(refused.Exists(refusal => refusal.Reply.IsTemporary) ? DeliveryOutcome.RateLimited : DeliveryOutcome.Refused, refusals);
        }
        await CommandAsync("DATA", 354, cancellationToken);
        IsDataSent = true;
        await _lines.WriteDataAsync(message, cancellationToken);
        var accepted = await _lines.ReadReplyAsync(cancellationToken);
        if (accepted.Code != 250)
        {
            throw SmtpException.Of("the message", accepted);
        }
        return new DeliveryResult(DeliveryOutcome.Delivered, refused.Count == 0 ? accepted.ToString() : $"{accepted}; not for {refusals}");
    }

    public async ValueTask DisposeAsync()
    {
        // A polite QUIT would cost a round trip and changes nothing: the message is accepted or not by now.
        await _lines.DisposeAsync();
        _client.Dispose();
    }

    private async Task EncryptAsync(SslClientAuthenticationOptions options, CancellationToken cancellationToken)
    {
        // What was read ahead in the clear is dropped with the old reader: it could have been put there by somebody in between.
        var encrypted = new SslStream(_lines.Stream);
        await encrypted.AuthenticateAsClientAsync(options, cancellationToken);
        _lines = new SmtpLines(encrypted);
    }

    private async Task HelloAsync(string name, CancellationToken cancellationToken)
    {
        var reply = await CommandAsync("EHLO " + name, 250, cancellationToken);
        _extensions = [.. reply.Lines.Skip(1)];
    }

    private bool Offers(string extension) => _extensions.Any(line => line.Split(' ', 2)[0].Equals(extension, StringComparison.OrdinalIgnoreCase));

    private async Task AuthenticateAsync(SmtpSettings settings, IFileReader files, CancellationToken cancellationToken)
    {
        var offered = _extensions.FirstOrDefault(line => line.StartsWith("AUTH ", StringComparison.OrdinalIgnoreCase))?.ToUpperInvariant().Split(' ') ?? [];
        if (settings.AuthSecret is { } secret && offered.Contains("CRAM-MD5"))
        {
            var challenge = await CommandAsync("AUTH CRAM-MD5", 334, cancellationToken);
            await CommandAsync(Base64($"{settings.AuthUsername} {ChallengeAnswer(challenge, Read(secret, files))}"), 235, cancellationToken);
            return;
        }
        if (settings.AuthPassword is not { } stored)
        {
            throw SmtpException.Misconfigured("auth_username is set without auth_password or auth_password_file");
        }
        var password = Read(stored, files);
        if (offered.Contains("PLAIN"))
        {
            await CommandAsync("AUTH PLAIN " + Base64($"{settings.AuthIdentity}\0{settings.AuthUsername}\0{password}"), 235, cancellationToken);
        }
        else if (offered.Contains("LOGIN"))
        {
            await CommandAsync("AUTH LOGIN", 334, cancellationToken);
            await CommandAsync(Base64(settings.AuthUsername!), 334, cancellationToken);
            await CommandAsync(Base64(password), 235, cancellationToken);
        }
        else
        {
            throw SmtpException.Misconfigured($"the server offers no way to sign in that is known here (PLAIN, LOGIN, CRAM-MD5); it offers: {string.Join(' ', offered.Skip(1))}");
        }
    }

    private static string ChallengeAnswer(SmtpReply challenge, string secret)
    {
        try
        {
            // RFC 2195 fixes MD5; what it protects is a password on a line that is encrypted anyway.
#pragma warning disable CA5351
            return Convert.ToHexStringLower(HMACMD5.HashData(Encoding.UTF8.GetBytes(secret), Convert.FromBase64String(challenge.Lines[0].Trim())));
#pragma warning restore CA5351
        }
        catch (FormatException)
        {
            throw SmtpException.Of("AUTH CRAM-MD5", challenge);
        }
    }

    private static string Read(Secret secret, IFileReader files) =>
        secret.Read(files) is { Value: { } value } ? value : throw SmtpException.Misconfigured(secret.Read(files).Problem!);

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private async Task<SmtpReply> AskAsync(string command, CancellationToken cancellationToken)
    {
        await _lines.WriteLineAsync(command, cancellationToken);
        return await _lines.ReadReplyAsync(cancellationToken);
    }

    private async Task<SmtpReply> CommandAsync(string command, int expected, CancellationToken cancellationToken)
    {
        var reply = await AskAsync(command, cancellationToken);
        // The verb alone: what follows AUTH is a password.
        return reply.Code == expected ? reply : throw SmtpException.Of(command.Split(' ', ':')[0] is { Length: <= 8 } verb ? verb : "AUTH", reply);
    }

    private async Task ExpectAsync(int expected, CancellationToken cancellationToken)
    {
        var reply = await _lines.ReadReplyAsync(cancellationToken);
        if (reply.Code != expected)
        {
            throw SmtpException.Of("the connection", reply);
        }
    }
}

/// <summary>What a mail server answered.</summary>
internal sealed record SmtpReply(int Code, IReadOnlyList<string> Lines)
{
    public bool IsTemporary => Code is >= 400 and < 500;

    public override string ToString() => $"{Code.ToString(CultureInfo.InvariantCulture)} {string.Join(' ', Lines)}";
}

/// <summary>The dialogue cannot go on; <see cref="Result"/> says what that means for the delivery.</summary>
internal sealed class SmtpException(DeliveryResult result) : Exception(result.Detail)
{
    public DeliveryResult Result { get; } = result;

    public static SmtpException Of(string what, SmtpReply reply) =>
        new(new DeliveryResult(reply.IsTemporary ? DeliveryOutcome.RateLimited : DeliveryOutcome.Refused, $"{what}: {reply}"));

    public static SmtpException Misconfigured(string detail) => new(new DeliveryResult(DeliveryOutcome.Misconfigured, detail));
}
