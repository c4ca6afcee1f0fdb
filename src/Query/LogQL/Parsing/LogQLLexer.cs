using Observability.Query.LogQL.Units;
using Observability.Query.Values;

namespace Observability.Query.LogQL.Parsing;

/// <summary>
/// Cuts a query into tokens. Two words need a look ahead: a function's name is a name like any other unless a parenthesis or a grouping follows
/// (<c>{rate="x"}</c> selects a label), and a number may go on as a duration or a size (<c>5</c>, <c>5m</c>, <c>5MB</c>).
/// </summary>
internal sealed class LogQLLexer(string query)
{
    private const string DurationCharacters = "0123456789.nuµmshdwy";
    private const string SizeCharacters = "0123456789.BikKMGTP";

    private int _offset;

    /// <exception cref="QueryException">A character or a string that LogQL does not have.</exception>
    public static List<LogQLToken> Tokenize(string query)
    {
        var lexer = new LogQLLexer(query);
        var tokens = new List<LogQLToken>();
        do
        {
            tokens.Add(lexer.Next());
        }
        while (tokens[^1].Kind != TokenKind.End);
        return tokens;
    }

    private LogQLToken Next()
    {
        _offset = AfterTrivia(_offset);
        if (_offset == query.Length)
        {
            return new LogQLToken(TokenKind.End, "", _offset, 0);
        }
        var first = query[_offset];
        if (char.IsAsciiLetter(first) || first == '_')
        {
            return Word();
        }
        if (char.IsAsciiDigit(first) || (first == '.' && char.IsAsciiDigit(At(_offset + 1))))
        {
            return Quantity();
        }
        return first switch
        {
            '"' or '`' => Text(),
            '\'' => throw Error("found ', expected a string in double quotes or backticks"),
            '[' => Range(),
            _ => FlagOrSymbol(),
        };
    }

    private LogQLToken Word()
    {
        var end = _offset;
        while (char.IsAsciiLetterOrDigit(At(end)) || At(end) == '_')
        {
            end++;
        }
        var word = query[_offset..end];
        var lowerCase = word.ToLowerInvariant();
        if (LogQLVocabulary.IsFunction(lowerCase))
        {
            return IsCalled(end) ? Take(TokenKind.Function, lowerCase, end) : Take(TokenKind.Name, word, end);
        }
        return LogQLVocabulary.IsKeyword(lowerCase) ? Take(TokenKind.Keyword, lowerCase, end) : Take(TokenKind.Name, word, end);
    }

    private bool IsCalled(int end)
    {
        var next = AfterTrivia(end);
        if (At(next) == '(')
        {
            return true;
        }
        foreach (var grouping in (ReadOnlySpan<string>)["by", "without"])
        {
            if (string.Compare(query, next, grouping, 0, grouping.Length, StringComparison.OrdinalIgnoreCase) == 0)
            {
                return At(AfterTrivia(next + grouping.Length)) == '(';
            }
        }
        return false;
    }

    private LogQLToken Quantity()
    {
        var end = EndOfNumber();
        var longer = EndOfRun(end, DurationCharacters);
        if (longer > end && QueryDuration.TryParse(query.AsSpan(_offset..longer), out var nanoseconds))
        {
            return Take(TokenKind.Duration, query[_offset..longer], longer, nanoseconds);
        }
        longer = EndOfRun(end, SizeCharacters);
        if (longer > end && ByteSize.TryParse(query.AsSpan(_offset..longer), out var bytes))
        {
            return Take(TokenKind.Bytes, query[_offset..longer], longer, bytes);
        }
        return Take(TokenKind.Number, query[_offset..end], end);
    }

    private int EndOfNumber()
    {
        var end = EndOfRun(_offset, "0123456789");
        if (At(end) == '.')
        {
            end = EndOfRun(end + 1, "0123456789");
        }
        if (At(end) is 'e' or 'E')
        {
            var digits = At(end + 1) is '+' or '-' ? end + 2 : end + 1;
            end = char.IsAsciiDigit(At(digits)) ? EndOfRun(digits, "0123456789") : end;
        }
        return end;
    }

    private LogQLToken Text()
    {
        var end = _offset;
        var text = QuotedText.Read(query, ref end);
        return QuotedText.IsValidText(text) ? Take(TokenKind.Text, text, end) : throw Error("the escapes of the string do not make UTF-8 text");
    }

    private LogQLToken Range()
    {
        var close = query.IndexOf(']', _offset);
        if (close < 0)
        {
            throw Error("the range has no closing ']'");
        }
        var text = query.AsSpan((_offset + 1)..close).Trim();
        if (!QueryDuration.TryParse(text, out var nanoseconds) || nanoseconds <= 0)
        {
            throw Error($"found '{query[_offset..(close + 1)]}', expected a range such as [5m], longer than zero");
        }
        return Take(TokenKind.Range, text.ToString(), close + 1, nanoseconds);
    }

    private LogQLToken FlagOrSymbol()
    {
        var end = EndOfRun(_offset, "-abcdefghijklmnopqrstuvwxyz");
        if (LogQLVocabulary.Flags.Contains(query[_offset..end]))
        {
            return Take(TokenKind.Flag, query[_offset..end], end);
        }
        foreach (var symbol in LogQLVocabulary.Symbols)
        {
            if (string.CompareOrdinal(query, _offset, symbol, 0, symbol.Length) == 0)
            {
                return Take(TokenKind.Symbol, symbol, _offset + symbol.Length);
            }
        }
        throw Error($"found '{query[_offset]}', which no query contains outside a string");
    }

    private LogQLToken Take(TokenKind kind, string text, int end, decimal quantity = 0)
    {
        var token = new LogQLToken(kind, text, _offset, end - _offset, quantity);
        _offset = end;
        return token;
    }

    private int AfterTrivia(int offset)
    {
        while (offset < query.Length && (char.IsWhiteSpace(query[offset]) || query[offset] == '#'))
        {
            if (query[offset] == '#')
            {
                var line = query.IndexOf('\n', offset);
                offset = line < 0 ? query.Length : line;
            }
            else
            {
                offset++;
            }
        }
        return offset;
    }

    private int EndOfRun(int from, string characters)
    {
        while (from < query.Length && characters.Contains(query[from], StringComparison.Ordinal))
        {
            from++;
        }
        return from;
    }

    private char At(int offset) => offset < query.Length ? query[offset] : '\0';

    private QueryException Error(string reason) => new(QueryFault.Syntax, reason, QueryPosition.Of(query, _offset));
}
