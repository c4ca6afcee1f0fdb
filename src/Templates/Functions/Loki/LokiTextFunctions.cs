using System.Text;
using System.Text.Json;

namespace Observability.Templates;

/// <summary>
/// The functions on text of Loki's templates. Most take the text last, so that it can be piped in; those that begin with a capital letter are older and take
/// it first. Positions count bytes of UTF-8, as in Go; the two that align columns count characters.
/// </summary>
internal static class LokiTextFunctions
{
    public static readonly IReadOnlyList<TemplateFunction> All =
    [
        new("lower", 1, call => call.Text(0).ToLowerInvariant()),
        new("upper", 1, call => call.Text(0).ToUpperInvariant()),
        new("title", 1, call => Title(call.Text(0))),
        new("trunc", 2, call => Truncate(call.Text(1), LokiNumberFunctions.Integer(call, 0))),
        new("substr", 3, call => Substring(call.Text(2), LokiNumberFunctions.Integer(call, 0), LokiNumberFunctions.Integer(call, 1))),
        new("contains", 2, call => call.Text(1).Contains(call.Text(0), StringComparison.Ordinal)),
        new("hasPrefix", 2, call => call.Text(1).StartsWith(call.Text(0), StringComparison.Ordinal)),
        new("hasSuffix", 2, call => call.Text(1).EndsWith(call.Text(0), StringComparison.Ordinal)),
        new("indent", 2, call => Indent(call, "")),
        new("nindent", 2, call => Indent(call, "\n")),
        new("replace", 3, call => Replace(call, call.Text(2), call.Text(0), call.Text(1), long.MaxValue)),
        new("repeat", 2, call => Repeat(call, call.Text(1), LokiNumberFunctions.Integer(call, 0))),
        new("trim", 1, call => call.Text(0).Trim()),
        new("trimAll", 2, call => TrimAny(call.Text(1), call.Text(0), atStart: true, atEnd: true)),
        new("trimPrefix", 2, call => WithoutPrefix(call.Text(1), call.Text(0))),
        new("trimSuffix", 2, call => WithoutSuffix(call.Text(1), call.Text(0))),
        new("alignLeft", 2, call => Align(call, isLeft: true)),
        new("alignRight", 2, call => Align(call, isLeft: false)),
        new("default", 2, call => call.Arguments[1].IsTrue ? call.Arguments[1] : call.Arguments[0]),
        new("fromJson", 1, call => FromJson(call)),
        new("b64enc", 1, call => Convert.ToBase64String(Encoding.UTF8.GetBytes(call.Text(0)))),
        new("b64dec", 1, call => FromBase64(call.Text(0))),
        new("urlencode", 1, EncodeUrl),
        new("urldecode", 1, call => QuotedText.UnescapeQuery(call.Text(0))),
        new("count", 2, call => TemplateRegex.For(call.Context, call.Text(0)).Count(call, call.Text(1))),
        new("regexReplaceAll", 3, call => TemplateRegex.For(call.Context, call.Text(0)).ReplaceAll(call, call.Text(2), call.Text(1))),
        new("regexReplaceAllLiteral", 3, call => TemplateRegex.For(call.Context, call.Text(0)).ReplaceAllLiteral(call, call.Text(2), call.Text(1))),
        new("ToLower", 1, call => call.Text(0).ToLowerInvariant()),
        new("ToUpper", 1, call => call.Text(0).ToUpperInvariant()),
        new("Replace", 4, call => Replace(call, call.Text(0), call.Text(1), call.Text(2), LokiNumberFunctions.Integer(call, 3) is >= 0 and var count ? count : long.MaxValue)),
        new("Trim", 2, call => TrimAny(call.Text(0), call.Text(1), atStart: true, atEnd: true)),
        new("TrimLeft", 2, call => TrimAny(call.Text(0), call.Text(1), atStart: true, atEnd: false)),
        new("TrimRight", 2, call => TrimAny(call.Text(0), call.Text(1), atStart: false, atEnd: true)),
        new("TrimPrefix", 2, call => WithoutPrefix(call.Text(0), call.Text(1))),
        new("TrimSuffix", 2, call => WithoutSuffix(call.Text(0), call.Text(1))),
        new("TrimSpace", 1, call => call.Text(0).Trim()),
    ];

    // Go's strings.Title: the first letter of what follows anything but letters, digits and underscores; so "it's" becomes "It'S".
    private static string Title(string text)
    {
        var titled = new StringBuilder(text.Length);
        var previous = new Rune(' ');
        foreach (var rune in text.EnumerateRunes())
        {
            var isInWord = Rune.IsLetterOrDigit(previous) || previous.Value == '_' || (!previous.IsAscii && !Rune.IsWhiteSpace(previous));
            titled.Append(isInWord ? rune : Rune.ToUpperInvariant(rune));
            previous = rune;
        }
        return titled.ToString();
    }

    private static string Truncate(string text, long count)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        return count switch
        {
            < 0 when length + count > 0 => Bytes(text, length + count, length),
            >= 0 when length > count => Bytes(text, 0, count),
            _ => text,
        };
    }

    private static string Substring(string text, long start, long end)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        var (from, to) = start < 0 ? (0, end) : end < 0 || end > length ? (start, length) : (start, end);
        return from >= 0 && from <= to && to <= length
            ? Bytes(text, from, to)
            : throw new TemplateFunctionException($"substr from {start} to {end} is not inside a text of {length} bytes");
    }

    private static string Bytes(string text, long from, long to) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text).AsSpan((int)from, (int)(to - from)));

    private static TemplateValue Indent(FunctionCall call, string before)
    {
        var spaces = LokiNumberFunctions.Count(call, 0);
        var output = call.NewText().Append(before);
        foreach (var line in call.Text(1).Split('\n').Index())
        {
            output.Append(line.Index > 0 ? "\n" : "").AppendRepeated(' ', spaces).Append(line.Item);
        }
        return output.ToString();
    }

    // Go's strings.Replace: an empty text to replace is found before each character and at the end.
    private static string Replace(FunctionCall call, string text, string old, string replacement, long times)
    {
        var output = call.NewText();
        var at = 0;
        for (var done = 0L; done < times && at <= text.Length; done++)
        {
            call.Context.Charge(1);
            var found = old.Length > 0 ? text.IndexOf(old, at, StringComparison.Ordinal) : at;
            if (found < 0)
            {
                break;
            }
            output.Append(text.AsSpan(at, found - at)).Append(replacement);
            at = found + old.Length;
            if (old.Length == 0)
            {
                var next = Math.Min(text.Length, at + (at + 1 < text.Length && char.IsSurrogatePair(text, at) ? 2 : 1));
                output.Append(text.AsSpan(at, next - at));
                at = next == at ? text.Length + 1 : next;
            }
        }
        return at < text.Length ? output.Append(text.AsSpan(at)).ToString() : output.ToString();
    }

    private static TemplateValue Repeat(FunctionCall call, string text, long times)
    {
        if (times < 0)
        {
            throw new TemplateFunctionException($"repeat takes 0 or more, found {times}");
        }
        var output = call.NewText();
        // An empty text would be repeated for as long as somebody likes.
        for (var done = 0L; done < times && text.Length > 0; done++)
        {
            output.Append(text);
        }
        return output.ToString();
    }

    private static string TrimAny(string text, string characters, bool atStart, bool atEnd)
    {
        var trimmed = text.EnumerateRunes().ToList();
        var set = characters.EnumerateRunes().ToHashSet();
        var (first, last) = (0, trimmed.Count);
        while (atStart && first < last && set.Contains(trimmed[first]))
        {
            first++;
        }
        while (atEnd && last > first && set.Contains(trimmed[last - 1]))
        {
            last--;
        }
        return string.Concat(trimmed[first..last]);
    }

    private static string WithoutPrefix(string text, string prefix) => text.StartsWith(prefix, StringComparison.Ordinal) ? text[prefix.Length..] : text;

    private static string WithoutSuffix(string text, string suffix) => text.EndsWith(suffix, StringComparison.Ordinal) ? text[..^suffix.Length] : text;

    private static TemplateValue Align(FunctionCall call, bool isLeft)
    {
        var (width, text) = (LokiNumberFunctions.Integer(call, 0), call.Text(1));
        var runes = text.EnumerateRunes().ToList();
        if (width < 0 || runes.Count == width)
        {
            return text;
        }
        if (runes.Count > width)
        {
            return string.Concat(isLeft ? runes[..(int)width] : runes[^(int)width..]);
        }
        var padding = LokiNumberFunctions.Count(call, 0) - runes.Count;
        return isLeft ? call.NewText().Append(text).AppendRepeated(' ', padding).ToString() : call.NewText().AppendRepeated(' ', padding).Append(text).ToString();
    }

    /// <summary>A text that is no JSON reads as nothing, as in Loki.</summary>
    private static TemplateValue FromJson(FunctionCall call)
    {
        call.Context.ChargeText(4L * call.Text(0).Length);
        try
        {
            using var document = JsonDocument.Parse(call.Text(0));
            return ToValue(document.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The second: half of a surrogate pair, which JSON can spell and no text can hold.
            return TemplateValue.Nil;
        }
    }

    private static TemplateValue ToValue(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => TemplateValue.From(new TemplateMap(element.EnumerateObject().Select(member => KeyValuePair.Create(member.Name, ToValue(member.Value))))),
        JsonValueKind.Array => TemplateValue.List([.. element.EnumerateArray().Select(ToValue)]),
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Number => element.GetDouble(),
        JsonValueKind.True or JsonValueKind.False => element.GetBoolean(),
        _ => TemplateValue.Nil,
    };

    private static string FromBase64(string text)
    {
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(text));
        }
        catch (FormatException exception)
        {
            throw new TemplateFunctionException($"the text is not base64: {exception.Message}", exception);
        }
    }

    private static TemplateValue EncodeUrl(FunctionCall call)
    {
        var output = call.NewText();
        QuotedText.AppendQuery(output, call.Text(0));
        return output.ToString();
    }
}
