using System.CommandLine;
using System.CommandLine.Parsing;

namespace Observability.Cli.Speaking;

/// <summary>The options of every command that speaks to a server, and where it writes.</summary>
internal sealed class ConnectionOptions(TextWriter output, TextWriter errors)
{
    private const string UrlVariable = "OBSERVABILITY_URL";
    private const string KeyVariable = "OBSERVABILITY_KEY";
    private const string DefaultUrl = "http://127.0.0.1:8080";

    private readonly Option<Uri> _url = new("--url")
    {
        Description = $"Base URL of the product; else {UrlVariable}, else {DefaultUrl}.",
        DefaultValueFactory = result => Parse(Environment.GetEnvironmentVariable(UrlVariable) is { Length: > 0 } url ? url : DefaultUrl, result),
        CustomParser = static result => Parse(result.Tokens[^1].Value, result),
    };

    private readonly Option<string?> _key = new("--key") { Description = $"Key of access.yaml; better in {KeyVariable}, where other users of the machine do not see it." };

    private readonly Option<bool> _json = new("--json") { Description = "The server's answer as it came, for scripts." };

    public TextWriter Output { get; } = output;

    public TextWriter Errors { get; } = errors;

    /// <summary>Makes a command that asks the server and shows the answer.</summary>
    public Command Command(string name, string description, IEnumerable<Symbol> symbols, Func<ParseResult, ServerConnection, CancellationToken, Task<int>> run)
    {
        var command = new Command(name, description) { _url, _key, _json };
        foreach (var symbol in symbols)
        {
            switch (symbol)
            {
                case Argument argument:
                    command.Arguments.Add(argument);
                    break;
                case Option option:
                    command.Options.Add(option);
                    break;
                default:
                    throw new ArgumentException($"'{symbol.Name}' is neither an argument nor an option", nameof(symbols));
            }
        }
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var connection = new ServerConnection(parsed.GetValue(_url)!, parsed.GetValue(_key) ?? Environment.GetEnvironmentVariable(KeyVariable));
            try
            {
                return await run(parsed, connection, cancellationToken);
            }
            catch (ServerRefusedException exception)
            {
                await Errors.WriteLineAsync(exception.Message);
                return exception.ExitCode;
            }
        });
        return command;
    }

    /// <summary>Writes the answer as JSON when that was asked for; false when the command is to show it in its own way.</summary>
    public bool WroteJson(ParseResult parsed, ServerAnswer answer)
    {
        if (parsed.GetValue(_json))
        {
            Output.WriteLine(answer.Text);
            return true;
        }
        return false;
    }

    private static Uri Parse(string text, SymbolResult result)
    {
        if (Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out var url) && url.Scheme is ("http" or "https"))
        {
            return url;
        }
        result.AddError($"'{text}' is not the base URL of a server; expected one as {DefaultUrl}");
        return new Uri(DefaultUrl);
    }
}
