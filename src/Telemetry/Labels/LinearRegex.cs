using System.Text.RegularExpressions;

namespace Observability.Telemetry;

/// <summary>
/// The one place that compiles expressions written by users. They follow Go's RE2 syntax, which .NET's non-backtracking engine covers but for
/// the named group spelling <c>(?P&lt;name&gt;…)</c>, rewritten here. Matching takes time linear in the input, whatever the expression.
/// </summary>
public static class LinearRegex
{
    /// <summary>Bigger: more patterns than anybody writes; smaller refuses long alternations of pipeline names.</summary>
    public const int MaximumPatternLength = 8192;

    /// <exception cref="ArgumentException">Not a valid expression; the message says where and why.</exception>
    public static Regex Anchored(string pattern) => Compile($"^(?s:{pattern})$", pattern);

    /// <exception cref="ArgumentException">Not a valid expression; the message says where and why.</exception>
    public static Regex Unanchored(string pattern) => Compile(pattern, pattern);

    private static Regex Compile(string pattern, string asWritten)
    {
        if (asWritten.Length > MaximumPatternLength)
        {
            throw new ArgumentException($"the expression is {asWritten.Length} characters long; at most {MaximumPatternLength} are allowed");
        }
        try
        {
            // \z instead of $: a trailing newline is part of the value.
            var exact = pattern.EndsWith(")$", StringComparison.Ordinal) ? pattern[..^1] + "\\z" : pattern;
            return new Regex(exact.Replace("(?P<", "(?<", StringComparison.Ordinal), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (NotSupportedException exception)
        {
            throw new ArgumentException($"'{asWritten}' needs look-around or back-references, which are refused because they can take exponential time", exception);
        }
        catch (ArgumentException exception)
        {
            throw new ArgumentException($"'{asWritten}' is not a valid regular expression: {exception.Message}", exception);
        }
    }
}
