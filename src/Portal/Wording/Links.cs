using System.Globalization;

namespace Observability.Portal.Wording;

/// <summary>Addresses of pages. Every view is an address, so that it can be sent to somebody.</summary>
internal static class Links
{
    public static string Alert(string fingerprint) => $"/alerts/{Uri.EscapeDataString(fingerprint)}";

    public static string Notice(string id) => $"/notices/{Uri.EscapeDataString(id)}";

    /// <param name="id">The engine's id of the run, or the source's own; with the latter the other three find it.</param>
    /// <param name="source">May be null where the id is the engine's.</param>
    /// <param name="pipeline">As above.</param>
    /// <param name="environment">As above.</param>
    public static string Run(string id, string? source = null, string? pipeline = null, string? environment = null) =>
        With($"/runs/{Uri.EscapeDataString(id)}", ("source", source), ("pipeline", pipeline), ("environment", environment));

    /// <summary>The lines of a pipeline around a time, ten minutes to each side.</summary>
    public static string LogsAround(string environment, string pipeline, DateTimeOffset at) =>
        With("/logs", ("query", $"{{environment={Quote(environment)}, pipeline={Quote(pipeline)}}}"),
            ("start", Milliseconds(at.AddMinutes(-10))), ("end", Milliseconds(at.AddMinutes(10))));

    /// <summary>A path with the parameters that have a value; its fragment stays behind them.</summary>
    public static string With(string path, params ReadOnlySpan<(string Name, string? Value)> parameters)
    {
        var hash = path.IndexOf('#', StringComparison.Ordinal);
        var (address, fragment) = hash < 0 ? (path, "") : (path[..hash], path[hash..]);
        var separator = address.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        foreach (var (name, value) in parameters)
        {
            if (!string.IsNullOrEmpty(value))
            {
                address += $"{separator}{name}={Uri.EscapeDataString(value)}";
                separator = '&';
            }
        }
        return address + fragment;
    }

    public static string Milliseconds(DateTimeOffset time) => time.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);

    /// <summary>A LogQL string.</summary>
    public static string Quote(string text) => "\"" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal) + "\"";
}
