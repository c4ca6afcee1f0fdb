using System.Globalization;
using System.Text.RegularExpressions;

namespace Observability.Templates;

/// <summary>An expression of a template, run on the non-backtracking engine: time is linear in the text, whatever the expression.</summary>
internal sealed class TemplateRegex
{
    /// <summary>Bigger: more than anybody writes. Compiling takes time in proportion.</summary>
    private const int MaximumPatternLength = 4096;

    private readonly Regex _regex;
    private readonly IReadOnlyDictionary<string, int> _groupNumbers;

    private TemplateRegex(string pattern)
    {
        if (pattern.Length > MaximumPatternLength)
        {
            throw new TemplateFunctionException($"the regular expression has {pattern.Length} characters; at most {MaximumPatternLength} are allowed");
        }
        (var rewritten, _groupNumbers) = Re2Pattern.Rewrite(pattern);
        try
        {
            _regex = new Regex(rewritten, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            throw new TemplateFunctionException($"\"{pattern}\" is not a valid regular expression: {exception.Message}", exception);
        }
    }

    /// <summary>Compiled once a rendering, because a range often matches each alert against the same expression; with <see cref="RenderOptions.Expressions"/> once for many.</summary>
    public static TemplateRegex For(RenderContext context, string pattern)
    {
        if (!context.Expressions.TryGet(pattern, out var regex))
        {
            // Compiling costs about as much as some thousand steps (a few hundred microseconds).
            context.Charge(1000 + (10 * Math.Min(pattern.Length, MaximumPatternLength)));
            regex = new TemplateRegex(pattern);
            context.Expressions.Add(pattern, regex);
        }
        return regex;
    }

    public bool IsMatch(FunctionCall call, string text)
    {
        call.Context.ChargeText(8 * text.Length);
        return _regex.IsMatch(text);
    }

    /// <summary>Go's ReplaceAllString: <c>$1</c> and <c>${name}</c> are groups.</summary>
    public string ReplaceAll(FunctionCall call, string replacement, string text) => Replace(call, text, (output, match) => Expand(output, replacement, match));

    /// <summary>Go's ReplaceAllLiteralString: the replacement stands as it is.</summary>
    public string ReplaceAllLiteral(FunctionCall call, string replacement, string text) => Replace(call, text, (output, _) => output.Append(replacement));

    /// <summary>How often the expression matches, matches not overlapping.</summary>
    public int Count(FunctionCall call, string text) => Matches(call, text).Count();

    private string Replace(FunctionCall call, string text, Action<BoundedText, Match> write)
    {
        var output = call.NewText();
        var copiedTo = 0;
        foreach (var match in Matches(call, text))
        {
            output.Append(text.AsSpan(copiedTo, match.Index - copiedTo));
            write(output, match);
            copiedTo = match.Index + match.Length;
        }
        return output.Append(text.AsSpan(copiedTo)).ToString();
    }

    // As Go counts matches: an empty one directly after another does not count.
    private IEnumerable<Match> Matches(FunctionCall call, string text)
    {
        call.Context.ChargeText(8 * text.Length);
        var end = -1;
        for (var match = _regex.Match(text); match.Success; match = match.NextMatch())
        {
            call.Context.Charge(1);
            if (match.Length > 0 || match.Index != end)
            {
                end = match.Index + match.Length;
                yield return match;
            }
        }
    }

    private void Expand(BoundedText output, string replacement, Match match)
    {
        for (var position = 0; position < replacement.Length;)
        {
            var rest = replacement.AsSpan(position);
            if (rest.StartsWith("$$"))
            {
                output.Append('$');
                position += 2;
            }
            else if (rest[0] == '$' && ReadGroup(rest, out var group, out var length))
            {
                output.Append(ValueOf(group, match));
                position += length;
            }
            else
            {
                output.Append(rest[0]);
                position++;
            }
        }
    }

    /// <summary><c>$name</c> takes every letter, digit and underscore that follows: <c>$1x</c> is the group "1x".</summary>
    private static bool ReadGroup(ReadOnlySpan<char> rest, out string group, out int length)
    {
        var braced = rest.Length > 1 && rest[1] == '{';
        var start = braced ? 2 : 1;
        var end = start;
        while (end < rest.Length && (rest[end] == '_' || char.IsLetterOrDigit(rest[end])))
        {
            end++;
        }
        group = rest[start..end].ToString();
        length = braced ? end + 1 : end;
        return end > start && (!braced || (end < rest.Length && rest[end] == '}'));
    }

    private ReadOnlySpan<char> ValueOf(string group, Match match)
    {
        var isNumber = int.TryParse(group, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        return isNumber || _groupNumbers.TryGetValue(group, out number) ? match.Groups[number].ValueSpan : [];
    }
}
