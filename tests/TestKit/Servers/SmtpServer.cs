using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Observability.TestKit;

/// <summary>What an SMTP server does besides accepting.</summary>
public sealed record SmtpScript
{
    /// <summary>The first this many messages are answered 451 ("try again later") after their data.</summary>
    public int TemporaryFailures { get; init; }

    /// <summary>Recipients that are answered 550 ("no such user").</summary>
    public ImmutableArray<string> RefusedRecipients { get; init; } = [];
}

/// <summary>A mail as the server got it: the envelope and the message as sent.</summary>
public sealed record ReceivedMail(string From, ImmutableArray<string> To, string Raw)
{
    /// <summary>A header's value with its folded lines joined, or null; names are compared without case.</summary>
    public string? Header(string name)
    {
        var head = Raw.Split("\r\n\r\n", 2)[0].Replace("\r\n ", " ", StringComparison.Ordinal).Replace("\r\n\t", " ", StringComparison.Ordinal);
        return head.Split("\r\n")
            .Where(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))
            .Select(line => line[(name.Length + 1)..].Trim())
            .FirstOrDefault();
    }

    /// <summary>Everything below the headers, still in its transfer encoding.</summary>
    public string Body => Raw.Split("\r\n\r\n", 2) is [_, var body] ? body : "";
}

/// <summary>A real SMTP server (Debian's python3-aiosmtpd) that keeps every accepted mail.</summary>
public sealed class SmtpServer : IAsyncDisposable
{
    private const string Name = "smtp";
    private static readonly TimeSpan _startTimeout = TimeSpan.FromSeconds(30);
    private readonly OwnServer _own = new(Name);

    private SmtpServer()
    {
    }

    public int Port { get; } = FreePorts.Next();

    /// <summary>All accepted mails so far, oldest first.</summary>
    public IReadOnlyList<ReceivedMail> Mails => ReadMails();

    /// <exception cref="ServerUnavailableException">Python or its SMTP module is not installed, or it does not start.</exception>
    public static async Task<SmtpServer> StartAsync(SmtpScript? script = null, CancellationToken cancellationToken = default)
    {
        script ??= new SmtpScript();
        var python = InstalledProgram.Find(Name, "python3-aiosmtpd", "/usr/bin/python3");
        var server = new SmtpServer();
        var start = new ProgramStart(python, [
            Path.Combine(AppContext.BaseDirectory, "Servers", "smtp_server.py"),
            "--port", server.Port.ToString(CultureInfo.InvariantCulture),
            "--mails", server.MailFile,
            "--temporary-failures", script.TemporaryFailures.ToString(CultureInfo.InvariantCulture),
            .. script.RefusedRecipients.SelectMany(recipient => new[] { "--refuse", recipient })]);
        try
        {
            await server._own.StartAsync(start, server.GreetsAsync, _startTimeout, cancellationToken);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
        return server;
    }

    /// <summary>Waits until at least <paramref name="count"/> mails were accepted and returns all of them.</summary>
    /// <exception cref="TimeoutException">Fewer came in time.</exception>
    public async Task<IReadOnlyList<ReceivedMail>> WaitForMailsAsync(int count, TimeSpan timeout)
    {
        await Eventually.TrueAsync(() => ReadMails().Count >= count, timeout, $"{count} mails at port {Port}");
        return ReadMails();
    }

    public Task Kill9Async() => _own.Kill9Async();

    /// <summary>Starts it again on the same port; the mails so far are kept, the script's temporary failures begin anew.</summary>
    public Task RestartAsync(CancellationToken cancellationToken = default) => _own.RestartAsync(cancellationToken);

    public ValueTask DisposeAsync() => _own.DisposeAsync();

    private string MailFile => _own.Directory.PathOf("mails.jsonl");

    private Task<bool> GreetsAsync() =>
        ServerProbe.AnswersAsync(Port, "NOOP\r\n"u8.ToArray(), answer => Encoding.ASCII.GetString(answer).StartsWith("220", StringComparison.Ordinal));

    private List<ReceivedMail> ReadMails()
    {
        if (!File.Exists(MailFile))
        {
            return [];
        }
        using var stream = new FileStream(MailFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        // The server writes a line at once, but a reader may come in the middle of it: what has no line end is not there yet.
        var complete = reader.ReadToEnd().Split('\n')[..^1];
        return [.. complete.Select(Parse)];
    }

    private static ReceivedMail Parse(string line)
    {
        using var json = JsonDocument.Parse(line);
        var mail = json.RootElement;
        return new ReceivedMail(
            mail.GetProperty("from").GetString()!,
            [.. mail.GetProperty("to").EnumerateArray().Select(recipient => recipient.GetString()!)],
            Encoding.UTF8.GetString(mail.GetProperty("message").GetBytesFromBase64()));
    }
}
