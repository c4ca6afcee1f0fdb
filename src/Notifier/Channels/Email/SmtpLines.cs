using System.Globalization;
using System.Text;

namespace Observability.Notifier.Channels.Email;

/// <summary>Lines of SMTP on a stream, both ways, within limits.</summary>
internal sealed class SmtpLines(Stream stream) : IAsyncDisposable
{
    /// <summary>RFC 5321, 4.5.3.1.5 has 512 for a reply's line; real servers go above it.</summary>
    private const int MostLineBytes = 4096;

    private const int MostReplyLines = 100;

    private readonly byte[] _buffer = new byte[MostLineBytes];
    private int _start;
    private int _end;

    public Stream Stream => stream;

    public async Task WriteLineAsync(string line, CancellationToken cancellationToken)
    {
        if (line.AsSpan().ContainsAny('\r', '\n', '\0'))
        {
            throw new InvalidOperationException("a line break inside an SMTP command; addresses are checked before");
        }
        await stream.WriteAsync(Encoding.UTF8.GetBytes(line + "\r\n"), cancellationToken);
        await stream.FlushAsync(cancellationToken);
    }

    /// <summary>A message with CRLF lines: a dot at the beginning of a line is doubled, and the final dot follows.</summary>
    public async Task WriteDataAsync(byte[] message, CancellationToken cancellationToken)
    {
        using var stuffed = new MemoryStream(message.Length + 64);
        var atLineStart = true;
        foreach (var b in message)
        {
            if (atLineStart && b == '.')
            {
                stuffed.WriteByte((byte)'.');
            }
            stuffed.WriteByte(b);
            atLineStart = b == '\n';
        }
        stuffed.Write(atLineStart ? ".\r\n"u8 : "\r\n.\r\n"u8);
        await stream.WriteAsync(stuffed.GetBuffer().AsMemory(0, (int)stuffed.Length), cancellationToken);
        await stream.FlushAsync(cancellationToken);
    }

    /// <summary>A reply of one or more lines: <c>250-first</c>, <c>250 last</c>.</summary>
    /// <exception cref="IOException">The connection ended, or what came is not SMTP.</exception>
    public async Task<SmtpReply> ReadReplyAsync(CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        while (lines.Count < MostReplyLines)
        {
            var line = await ReadLineAsync(cancellationToken);
            if (line.Length < 3 || !int.TryParse(line.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var code))
            {
                throw new IOException($"the server answered '{Rendering.PlainText.OneLine(line, 80)}', which is not SMTP");
            }
            lines.Add(line.Length > 4 ? Rendering.PlainText.OneLine(line[4..], 500) : "");
            if (line.Length == 3 || line[3] != '-')
            {
                return new SmtpReply(code, lines);
            }
        }
        throw new IOException($"the server's answer has more than {MostReplyLines} lines");
    }

    public ValueTask DisposeAsync() => stream.DisposeAsync();

    private async Task<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var length = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            if (length >= 0)
            {
                var line = Encoding.UTF8.GetString(_buffer, _start, length).TrimEnd('\r');
                _start += length + 1;
                return line;
            }
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
            if (_end == _buffer.Length)
            {
                throw new IOException($"the server sent a line longer than {MostLineBytes} bytes");
            }
            var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
            if (read == 0)
            {
                throw new IOException("the mail server closed the connection");
            }
            _end += read;
        }
    }
}
