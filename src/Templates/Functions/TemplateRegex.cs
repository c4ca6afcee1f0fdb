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

    /// <summary>Compiled once a rendering: a range often matches each alert against the same expression.</summary>
    public static TemplateRegex For(RenderContext context, string pattern)
    {
        if (!context.Expressions.TryGetValue(pattern, out var regex))
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

    /// <summary>Go's ReplaceAllString: an empty match directly after a match does not count; <c>$1</c> and <c>${name}</c> are groups.</summary>
    public string ReplaceAll(FunctionCall call, string replacement, string text)
    {
        call.Context.ChargeText(8 * text.Length);
        var output = call.NewText();
        var copiedTo = 0;
        for (var match = _regex.Match(text); match.Success; match = match.NextMatch())
        {
            call.Context.Charge(1);
            if (match.Length == 0 && match.Index == copiedTo && copiedTo > 0)
            {
                continue;
            }
            output.Append(text.AsSpan(copiedTo, match.Index - copiedTo));
            Expand(output, replacement, match);
            copiedTo = match.Index + match.Length;
        }
        return output.Append(text.AsSpan(copiedTo)).ToString();
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
