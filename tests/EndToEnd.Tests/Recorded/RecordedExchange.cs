using System.Globalization;
using System.Net.WebSockets;
using System.Text;

namespace Observability.EndToEnd.Tests.Recorded;

/// <summary>
/// A request as a client's documentation has it, and the shape of the answer that the client relies on. One text file each:
/// lines that begin with <c>#</c> say what it follows; then method and path, headers (<c>Name: value</c>), parameters of the address (<c>?name=value</c>) and
/// of a form (<c>=name=value</c>), not yet escaped; behind <c>---</c> status and media type, and what <see cref="JsonShape"/> or <c>~ text</c> says of the body.
/// <c>&lt;start_ns&gt;</c>, <c>&lt;end_ns&gt;</c>, <c>&lt;start_s&gt;</c>, <c>&lt;end_s&gt;</c>, <c>&lt;start_iso&gt;</c>, <c>&lt;end_iso&gt;</c> are the range that is asked for.
/// </summary>
internal sealed class RecordedExchange
{
    private const string WebSocketAnswer = "101 websocket";

    private readonly string _method;
    private readonly string _path;
    private readonly List<(string Name, string Value)> _headers = [];
    private readonly List<KeyValuePair<string, string>> _query = [];
    private readonly List<KeyValuePair<string, string>> _form = [];
    private readonly string _answer;
    private readonly string[] _expectations;

    private RecordedExchange(string file, string text, DateTimeOffset start, DateTimeOffset end)
    {
        var lines = text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var divide = Array.IndexOf(lines, "---");
        var request = lines[..Math.Max(0, divide)].SkipWhile(static line => line.StartsWith('#')).ToArray();
        if (divide < 0 || request.Length == 0 || lines.Length < divide + 3 || !lines[0].StartsWith('#') || request[0].Split(' ') is not [var method, var path])
        {
            throw new FormatException($"{file}: expected '# what it follows', 'METHOD /path', headers and parameters, '---', 'STATUS media/type' and what the body holds");
        }
        (_method, _path) = (method, path);
        foreach (var line in request.Skip(1))
        {
            var filled = Fill(line, start, end);
            switch (filled[0])
            {
                case '?':
                    _query.Add(Pair(filled[1..], '='));
                    break;
                case '=':
                    _form.Add(Pair(filled[1..], '='));
                    break;
                default:
                    var header = Pair(filled, ':');
                    _headers.Add((header.Key, header.Value.Trim()));
                    break;
            }
        }
        _answer = lines[divide + 1];
        _expectations = lines[(divide + 2)..];
    }

    public static RecordedExchange Load(string file, DateTimeOffset start, DateTimeOffset end) => new(file, File.ReadAllText(file), start, end);

    /// <summary>Sends the request; what of the answer is not as expected, with the answer, or empty.</summary>
    public async Task<string> PlayAsync(Uri server, CancellationToken cancellationToken)
    {
        var (answer, body) = _answer == WebSocketAnswer ? await FollowAsync(server, cancellationToken) : await SendAsync(server, cancellationToken);
        var faults = answer == _answer
            ? _expectations.Select(expectation => expectation.StartsWith('~') ? Missing(body, expectation[1..].Trim()) : JsonShape.FaultOf(body, expectation)).Where(static fault => fault.Length > 0)
            : [$"{answer}, expected {_answer}"];
        return string.Join('\n', faults) is { Length: > 0 } text ? $"{text}\n{body}" : "";
    }

    private async Task<(string Answer, string Body)> SendAsync(Uri server, CancellationToken cancellationToken)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(new HttpMethod(_method), AddressAt(server));
        if (_form.Count > 0)
        {
            request.Content = new FormUrlEncodedContent(_form);
        }
        foreach (var (name, value) in _headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
        using var response = await client.SendAsync(request, cancellationToken);
        return ($"{(int)response.StatusCode} {response.Content.Headers.ContentType?.MediaType}", await response.Content.ReadAsStringAsync(cancellationToken));
    }

    private async Task<(string Answer, string Body)> FollowAsync(Uri server, CancellationToken cancellationToken)
    {
        const int MaximumMessageBytes = 1 << 20;
        using var socket = new ClientWebSocket();
        foreach (var (name, value) in _headers)
        {
            socket.Options.SetRequestHeader(name, value);
        }
        await socket.ConnectAsync(new UriBuilder(AddressAt(server)) { Scheme = "ws" }.Uri, cancellationToken);
        var message = new byte[MaximumMessageBytes];
        var length = 0;
        WebSocketReceiveResult part;
        do
        {
            part = await socket.ReceiveAsync(new ArraySegment<byte>(message, length, message.Length - length), cancellationToken);
            length += part.Count;
        }
        while (!part.EndOfMessage && length < message.Length);
        return (WebSocketAnswer, Encoding.UTF8.GetString(message, 0, length));
    }

    private Uri AddressAt(Uri server) =>
        new(server, _path + (_query.Count == 0 ? "" : "?" + string.Join('&', _query.Select(static pair => $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(pair.Value)}"))));

    private static string Missing(string body, string text) => body.Contains(text, StringComparison.Ordinal) ? "" : $"the body does not hold '{text}'";

    private static KeyValuePair<string, string> Pair(string text, char between)
    {
        var at = text.IndexOf(between, StringComparison.Ordinal);
        return at > 0 ? new(text[..at], text[(at + 1)..]) : throw new FormatException($"'{text}': expected a name, '{between}' and a value");
    }

    private static string Fill(string line, DateTimeOffset start, DateTimeOffset end) => line
        .Replace("<start_ns>", Nanoseconds(start), StringComparison.Ordinal).Replace("<end_ns>", Nanoseconds(end), StringComparison.Ordinal)
        .Replace("<start_iso>", Iso(start), StringComparison.Ordinal).Replace("<end_iso>", Iso(end), StringComparison.Ordinal)
        .Replace("<start_s>", Seconds(start), StringComparison.Ordinal).Replace("<end_s>", Seconds(end), StringComparison.Ordinal);

    private static string Iso(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static string Nanoseconds(DateTimeOffset time) => (time.ToUnixTimeMilliseconds() * 1_000_000).ToString(CultureInfo.InvariantCulture);

    private static string Seconds(DateTimeOffset time) => (time.ToUnixTimeMilliseconds() / 1000m).ToString(CultureInfo.InvariantCulture);
}
