using System.Globalization;
using System.Text.RegularExpressions;
using Observability.Query.PromQL;
using Observability.Telemetry;

namespace Observability.Query.Tests.PromQL.Conformance;

/// <summary>A line of the script language: <c>name{labels} points</c>.</summary>
internal static partial class SeriesText
{
    /// <summary>Labels and the rest of the line.</summary>
    public static (LabelSet Labels, string Points) ParseLabels(string line)
    {
        var end = EndOfMetric(line);
        var tokens = Lexer.Tokenize(line[..end]);
        var builder = new LabelSetBuilder();
        var at = 0;
        if (tokens[at].Kind == TokenKind.Identifier)
        {
            builder.Set(LabelSet.MetricName, tokens[at++].Text);
        }
        if (tokens[at].Kind == TokenKind.LeftBrace)
        {
            at++;
            while (tokens[at].Kind != TokenKind.RightBrace)
            {
                builder.Set(tokens[at].Text, tokens[at + 2].Text);
                at += tokens[at + 3].Kind == TokenKind.Comma ? 4 : 3;
            }
        }
        return (builder.Build(), line[end..].Trim());
    }

    /// <summary>The points of consecutive steps; null where there is none, or none that is a number.</summary>
    public static List<double?> ParsePoints(string text, out bool hasHistograms)
    {
        hasHistograms = text.Contains("{{", StringComparison.Ordinal);
        var points = new List<double?>();
        foreach (var item in Histogram().Replace(text, "#").Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
        {
            var match = Point().Match(item);
            if (!match.Success)
            {
                throw new FormatException($"'{item}' is not a point");
            }
            var times = match.Groups["times"].Success ? int.Parse(match.Groups["times"].Value, CultureInfo.InvariantCulture) : 0;
            var first = match.Groups["value"].Value;
            if (first is "_" or "stale" or "#")
            {
                // A gap of n is n points; any other repetition is the point and n more.
                var count = first == "_" ? Math.Max(1, times) : times + 1;
                points.AddRange(Enumerable.Repeat<double?>(first == "stale" ? StalenessMarker.Value : null, count));
                continue;
            }
            var value = ParseNumber(first);
            var step = match.Groups["step"].Success ? ParseNumber(match.Groups["step"].Value) : 0;
            for (var i = 0; i <= times; i++, value += step)
            {
                points.Add(value);
            }
        }
        return points;
    }

    public static double ParseNumber(string text) => text.TrimStart('+', '-').ToLowerInvariant() switch
    {
        "inf" => text[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity,
        "nan" => double.NaN,
        _ => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
    };

    private static int EndOfMetric(string line)
    {
        var brace = line.IndexOf('{', StringComparison.Ordinal);
        var blank = line.IndexOfAny([' ', '\t']);
        var isHistogram = brace >= 0 && line.AsSpan(brace).StartsWith("{{");
        if (brace < 0 || isHistogram || (blank >= 0 && blank < brace && !string.IsNullOrWhiteSpace(line[blank..brace])))
        {
            return blank < 0 ? line.Length : blank;
        }
        var quote = '\0';
        for (var i = brace; i < line.Length; i++)
        {
            if (quote != '\0')
            {
                i += line[i] == '\\' ? 1 : 0;
                quote = line[i] == quote ? '\0' : quote;
            }
            else if (line[i] is '"' or '\'')
            {
                quote = line[i];
            }
            else if (line[i] == '}')
            {
                return i + 1;
            }
        }
        throw new FormatException($"'{line}' does not close its labels");
    }

    [GeneratedRegex(@"\{\{.*?\}\}(?:[+-]\{\{.*?\}\})?")]
    private static partial Regex Histogram();

    [GeneratedRegex(@"^(?<value>_|stale|\#|[+-]?(?:(?i:inf|nan)|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?))(?<step>[+-](?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)?(?:x(?<times>\d+))?$", RegexOptions.ExplicitCapture)]
    private static partial Regex Point();
}
