namespace Observability.Standalone;

/// <summary>
/// The command line: <c>--urls ADDRESS</c> (default <c>http://127.0.0.1:8080</c>), <c>--otlp-http ADDRESS|off</c> (default <c>http://127.0.0.1:4318</c>),
/// <c>--config DIR</c>, <c>--data DIR</c> (default <c>data</c>), <c>--demo</c>.
/// </summary>
internal sealed record StandaloneOptions
{
    public const string DefaultUrls = "http://127.0.0.1:8080";
    public const string DefaultOtlpHttp = "http://127.0.0.1:4318";

    private static readonly string[] Known = ["--urls", "--otlp-http", "--config", "--data"];

    /// <summary>The first address of <c>--urls</c>: where people and the demo go.</summary>
    public required string Address { get; init; }

    /// <summary>All addresses to listen on.</summary>
    public required string[] Addresses { get; init; }

    public required string Data { get; init; }

    public required bool Demo { get; init; }

    /// <summary>What the host's own configuration gets to see.</summary>
    public required string[] HostArguments { get; init; }

    /// <summary>Null when the command line is wrong; then <paramref name="problem"/> says what and what is expected.</summary>
    public static StandaloneOptions? Parse(string[] arguments, out string problem)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var demo = false;
        problem = "";
        for (var i = 0; i < arguments.Length; i++)
        {
            var (name, inline) = arguments[i].Split('=', 2) is [var left, var right] ? (left, right) : (arguments[i], null);
            if (name == "--demo" && inline is null)
            {
                demo = true;
            }
            else if (!name.StartsWith("--", StringComparison.Ordinal) || (!Known.Contains(name) && !name.Contains(':', StringComparison.Ordinal)))
            {
                // Names with a colon are settings of the host: --Logging:LogLevel:Default Debug.
                problem = $"'{arguments[i]}' is not known; expected --urls ADDRESS, --otlp-http ADDRESS|off, --config DIR, --data DIR, --demo";
                return null;
            }
            else if ((inline ?? (i + 1 < arguments.Length ? arguments[++i] : null)) is not { Length: > 0 } value)
            {
                problem = $"'{name}' needs a value";
                return null;
            }
            else
            {
                values[name] = value;
            }
        }
        var urls = values.GetValueOrDefault("--urls", DefaultUrls).Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var otlp = values.GetValueOrDefault("--otlp-http", DefaultOtlpHttp);
        var data = values.GetValueOrDefault("--data", "data");
        values["--data"] = data;
        return new StandaloneOptions
        {
            Address = urls[0].TrimEnd('/'),
            Addresses = otlp == "off" || urls.Contains(otlp) ? urls : [.. urls, otlp],
            Data = data,
            Demo = demo,
            HostArguments = [.. values.Where(pair => pair.Key is not ("--urls" or "--otlp-http")).SelectMany(pair => new[] { pair.Key, pair.Value })],
        };
    }
}
