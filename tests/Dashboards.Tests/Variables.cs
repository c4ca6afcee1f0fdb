using System.Text.RegularExpressions;

namespace Observability.Dashboards.Tests;

/// <summary>
/// Replaces Grafana's variables as its Prometheus and Loki data sources do: what is chosen under "All" is the variable's own <c>allValue</c>, several values
/// become <c>(a|b)</c>, and the built-in ones come from the time range.
/// </summary>
internal static partial class Variables
{
    /// <param name="expression">As it stands in the dashboard.</param>
    /// <param name="chosen">By variable; a variable that is left out stands at "All".</param>
    /// <param name="range">The time range of the dashboard and of every interval in it, as a PromQL duration.</param>
    /// <exception cref="InvalidOperationException">The expression names a variable that the dashboard does not define.</exception>
    public static string Replace(string expression, IReadOnlyDictionary<string, string[]> chosen, string range) => Name().Replace(expression, match => match.Groups[1].Value switch
    {
        "__interval" or "__rate_interval" or "__range" or "__auto" => range,
        var name => ValueOf(name, chosen),
    });

    private static string ValueOf(string name, IReadOnlyDictionary<string, string[]> chosen)
    {
        var variable = Dashboard.Pipelines.Variables.FirstOrDefault(variable => Dashboard.Text(variable, "name") == name)
            ?? throw new InvalidOperationException($"the dashboard does not define the variable ${name}");
        return chosen.TryGetValue(name, out var values)
            ? values is [var only] ? only : $"({string.Join('|', values)})"
            : Dashboard.Text(variable, "allValue");
    }

    [GeneratedRegex(@"\$\{?(\w+)\}?", RegexOptions.NonBacktracking)]
    private static partial Regex Name();
}
