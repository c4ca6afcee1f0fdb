namespace Observability.Cli.Speaking;

internal static class QueryAddress
{
    /// <summary>An address with those parameters that have a value.</summary>
    public static string Of(string path, params IEnumerable<(string Name, string? Value)> parameters)
    {
        var given = parameters.Where(static parameter => !string.IsNullOrEmpty(parameter.Value)).Select(static parameter => $"{parameter.Name}={Uri.EscapeDataString(parameter.Value!)}");
        var query = string.Join('&', given);
        return query.Length == 0 ? path : $"{path}?{query}";
    }
}
