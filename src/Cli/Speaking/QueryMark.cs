using System.Globalization;
using System.Text.RegularExpressions;

namespace Observability.Cli.Speaking;

/// <summary>Shows the place that a refusal names under the line of the query that it speaks of.</summary>
internal static partial class QueryMark
{
    /// <returns>The refusal, and below it the line with a mark; the refusal alone when it names no place in the query.</returns>
    public static string Under(string refusal, string query)
    {
        var place = LokiPlace().Match(refusal) is { Success: true } loki ? loki : PrometheusPlace().Match(refusal);
        var lines = query.ReplaceLineEndings("\n").Split('\n');
        if (!place.Success || NumberOf(place.Groups["line"]) is not { } line || NumberOf(place.Groups["column"]) is not { } column
            || line < 1 || line > lines.Length || column < 1 || column > lines[line - 1].Length + 1)
        {
            return refusal;
        }
        return $"{refusal}\n  {TerminalText.OneLine(lines[line - 1])}\n  {new string(' ', column - 1)}^";
    }

    private static int? NumberOf(Group group) => int.TryParse(group.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>As Loki words it: <c>parse error at line 1, col 14: …</c></summary>
    [GeneratedRegex(@"at line (?<line>\d+), col (?<column>\d+)", RegexOptions.NonBacktracking)]
    private static partial Regex LokiPlace();

    /// <summary>As Prometheus words it: <c>1:5: parse error: …</c></summary>
    [GeneratedRegex(@"(?:^|\s)(?<line>\d+):(?<column>\d+): ", RegexOptions.NonBacktracking)]
    private static partial Regex PrometheusPlace();
}
