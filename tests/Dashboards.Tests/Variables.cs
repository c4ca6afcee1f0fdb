using System.Text.RegularExpressions;

namespace Observability.Dashboards.Tests;

/// <summary>What Grafana puts in place of <c>$__interval</c> and its like, as durations of the query language.</summary>
public sealed record BuiltInVariables(string Interval, string RateInterval, string Range, string Auto)
{
    /// <summary>All of them one duration, for queries of one moment.</summary>
    public static BuiltInVariables AllOf(string duration) => new(duration, duration, duration, duration);
}

/// <summary>
/// Replaces Grafana's variables as its Prometheus and Loki data sources do: what is chosen under "All" is the variable's own <c>allValue</c>, several values
/// become <c>(a|b)</c>, signs of expressions in them are escaped, and the built-in ones come from the time range.
/// </summary>
internal static partial class Variables
{
    /// <param name="expression">As it stands in the dashboard.</param>
    /// <param name="chosen">By variable; a variable that is left out stands at "All".</param>
    /// <param name="builtIn">Of the panel's time range.</param>
    /// <exception cref="InvalidOperationException">The expression names a variable that the dashboard does not define.</exception>
    public static string Replace(string expression, IReadOnlyDictionary<string, string[]> chosen, BuiltInVariables builtIn) => Name().Replace(expression, match => match.Groups["name"].Value switch
    {
        "__interval" => builtIn.Interval,
        "__rate_interval" => builtIn.RateInterval,
        "__range" => builtIn.Range,
        "__auto" => builtIn.Auto,
        var name => ValueOf(name, match.Groups["format"].Value, chosen),
    });

    private static string ValueOf(string name, string format, IReadOnlyDictionary<string, string[]> chosen)
    {
        var variable = Dashboard.Pipelines.Variables.FirstOrDefault(variable => Dashboard.Text(variable, "name") == name)
            ?? throw new InvalidOperationException($"the dashboard does not define the variable ${name}");
        if (!chosen.TryGetValue(name, out var values))
        {
            return Dashboard.Text(variable, "allValue");
        }
        return (Dashboard.Text(variable, "type"), format) switch
        {
            ("textbox", _) => values[0],
            (_, "pipe") => string.Join('|', values),
            _ when values is [var only] => Escape(only),
            _ => $"({string.Join('|', values.Select(Escape))})",
        };
    }

    // Twice, because the value then stands in a quoted text of PromQL or LogQL.
    private static string Escape(string value) => Special().Replace(value, """\\$0""");

    [GeneratedRegex(@"\$(\{(?<name>\w+)(:(?<format>\w+))?\}|(?<name>\w+))", RegexOptions.NonBacktracking)]
    private static partial Regex Name();

    [GeneratedRegex(@"[$^*{}\[\]'+?.()|]", RegexOptions.NonBacktracking)]
    private static partial Regex Special();
}
