using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Observability.Telemetry;

namespace Observability.Configuration;

/// <summary>
/// Matchers as Alertmanager reads and writes them: <c>severity="critical"</c>, <c>{a="b", c!~"d.*"}</c>, <c>env=prod</c>, <c>"my label"="x"</c>.
/// There are two grammars, the classic one and the one for UTF-8 names of 0.27. As Alertmanager does by default, both are tried, and where they read the
/// same text differently the classic one holds (https://prometheus.io/docs/alerting/latest/configuration/#label-matchers).
/// </summary>
public static class MatcherText
{
    /// <summary>Longer texts are refused: a silence or a route with more is a mistake, and reading is quadratic in no case but still costs memory.</summary>
    public const int MaximumLength = 64 * 1024;

    /// <summary>Reads any number of matchers. Returns false with the reason and position (characters, from 1); nothing is thrown for a wrong text.</summary>
    public static bool TryParse(string text, out IReadOnlyList<LabelMatcher> matchers, [NotNullWhen(false)] out string? error)
    {
        matchers = [];
        if (text.Length > MaximumLength)
        {
            error = $"the text is {text.Length} characters long; at most {MaximumLength} are read";
            return false;
        }
        var modern = new Utf8MatcherParser(text).Parse(out var modernError);
        var classic = ClassicMatcherParser.Parse(text, out var classicError);
        var chosen = classic ?? modern;
        error = null;
        if (chosen is null)
        {
            // The newer grammar knows positions. Where both refuse for the same reason (an expression), either will do.
            error = modernError ?? classicError ?? "is not a matcher";
            return false;
        }
        matchers = chosen;
        return true;
    }

    /// <summary>The text that both Alertmanager's grammars read back as the same matcher.</summary>
    public static string Format(LabelMatcher matcher)
    {
        var text = new StringBuilder();
        if (LabelText.IsPlainName(matcher.Name))
        {
            text.Append(matcher.Name);
        }
        else
        {
            AppendQuoted(text, matcher.Name);
        }
        text.Append(LabelMatcher.OperatorText(matcher.Operator));
        AppendQuoted(text, matcher.Value);
        return text.ToString();
    }

    /// <summary><c>{a="b",c!="d"}</c>: Alertmanager's text of a list of matchers, part of its route and group keys.</summary>
    public static string Format(IEnumerable<LabelMatcher> matchers) => $"{{{string.Join(',', matchers.Select(Format))}}}";

    /// <summary>By name, then value, then operator: the order in which Alertmanager keeps and prints them.</summary>
    public static IReadOnlyList<LabelMatcher> Sort(IEnumerable<LabelMatcher> matchers) =>
    [
        .. matchers
            .OrderBy(matcher => matcher.Name, StringComparer.Ordinal)
            .ThenBy(matcher => matcher.Value, StringComparer.Ordinal)
            .ThenBy(matcher => matcher.Operator),
    ];

    internal static LabelMatcher? Make(string name, MatchOperator matchOperator, string value, out string? error)
    {
        try
        {
            error = null;
            return new LabelMatcher(name, matchOperator, value);
        }
        catch (ArgumentException exception)
        {
            error = exception.Message;
            return null;
        }
    }

    internal static string At(int position, string message) => string.Create(CultureInfo.InvariantCulture, $"at character {position + 1}: {message}");

    private static void AppendQuoted(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var c in value)
        {
            // Only these three: the classic grammar takes any other escape for a backslash and a letter.
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                _ => text.Append(c),
            };
        }
        text.Append('"');
    }
}
