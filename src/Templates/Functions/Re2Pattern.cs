using System.Globalization;
using System.Text;

namespace Observability.Templates;

/// <summary>
/// Rewrites Go's RE2 syntax (github.com/google/re2/wiki/Syntax) into .NET's where the two read the same text differently: named groups and their
/// numbers, <c>$</c>, the Perl classes, which are ASCII in Go, and POSIX classes. Everything else means the same in both.
/// </summary>
internal sealed class Re2Pattern
{
    private static readonly Dictionary<string, string> PosixClasses = new(StringComparer.Ordinal)
    {
        ["alnum"] = "0-9A-Za-z", ["alpha"] = "A-Za-z", ["ascii"] = "\\x00-\\x7F", ["blank"] = "\\t ", ["cntrl"] = "\\x00-\\x1F\\x7F", ["digit"] = "0-9",
        ["graph"] = "!-~", ["lower"] = "a-z", ["print"] = " -~", ["punct"] = "!-/:-@\\[-`{-~", ["space"] = "\\t-\\r ", ["upper"] = "A-Z",
        ["word"] = "0-9A-Za-z_", ["xdigit"] = "0-9A-Fa-f",
    };

    private readonly string _pattern;
    private readonly StringBuilder _rewritten = new();
    private readonly Stack<bool> _multilineOutside = new();
    private readonly Dictionary<string, int> _groupNumbers = new(StringComparer.Ordinal);
    private int _position;
    private int _groupCount;
    private bool _multiline;

    private Re2Pattern(string pattern) => _pattern = pattern;

    /// <summary>Groups are numbered from left to right, named ones included, which .NET alone would number last.</summary>
    public static (string Pattern, IReadOnlyDictionary<string, int> GroupNumbers) Rewrite(string pattern)
    {
        var rewriter = new Re2Pattern(pattern);
        while (rewriter._position < pattern.Length)
        {
            rewriter.Step();
        }
        return (rewriter._rewritten.ToString(), rewriter._groupNumbers);
    }

    private void Step()
    {
        switch (_pattern[_position])
        {
            case '\\':
                Escape(insideClass: false);
                break;
            case '[':
                CharacterClass();
                break;
            case '(':
                OpenGroup();
                break;
            case ')':
                _multiline = _multilineOutside.TryPop(out var outside) && outside;
                Copy(1);
                break;
            case '$':
                // Outside (?m) Go's $ is the very end; .NET's also matches before a last line break.
                _rewritten.Append(_multiline ? "$" : "\\z");
                _position++;
                break;
            case '#' or ' ':
                // Escaped lest a later option of .NET read them as comments.
                _rewritten.Append('\\');
                Copy(1);
                break;
            default:
                Copy(1);
                break;
        }
    }

    private void OpenGroup()
    {
        var rest = _pattern.AsSpan(_position);
        if (!rest.StartsWith("(?"))
        {
            _multilineOutside.Push(_multiline);
            _rewritten.Append(CultureInfo.InvariantCulture, $"(?<{++_groupCount}>");
            _position++;
            return;
        }
        var nameStart = rest.StartsWith("(?P<") ? 4 : rest.StartsWith("(?<") ? 3 : 0;
        if (nameStart > 0)
        {
            var end = rest.IndexOf('>');
            var name = end < 0 ? "" : rest[nameStart..end].ToString();
            if (name.Length == 0 || name.Any(character => character != '_' && !char.IsLetterOrDigit(character)))
            {
                throw new TemplateFunctionException($"\"{_pattern}\" is not a valid regular expression: bad group name, or look-behind, which is refused because it can take exponential time");
            }
            _multilineOutside.Push(_multiline);
            _groupNumbers.TryAdd(name, ++_groupCount);
            _rewritten.Append(CultureInfo.InvariantCulture, $"(?<{_groupCount}>");
            _position += end + 1;
            return;
        }
        OpenFlags(rest);
    }

    private void OpenFlags(ReadOnlySpan<char> rest)
    {
        var end = rest.IndexOfAny(':', ')');
        var flags = end < 0 ? rest : rest[2..end];
        if (flags.ContainsAnyExcept("imsU-"))
        {
            throw new TemplateFunctionException($"\"{_pattern}\" is not a valid regular expression: \"(?{flags}\" is no flag of RE2; look-around is refused because it can take exponential time");
        }
        if (flags.Contains('U'))
        {
            throw new TemplateFunctionException($"\"{_pattern}\": the flag U (ungreedy) is not supported; write *? or +? at the places that need it");
        }
        var scoped = end >= 0 && rest[end] == ':';
        if (scoped)
        {
            _multilineOutside.Push(_multiline);
        }
        var minus = flags.IndexOf('-');
        var on = flags.IndexOf('m');
        if (on >= 0)
        {
            _multiline = minus < 0 || on < minus;
        }
        Copy(end < 0 ? rest.Length : end + 1);
    }

    private void CharacterClass()
    {
        Copy(1);
        if (At(_position) == '^')
        {
            Copy(1);
        }
        var first = true;
        while (_position < _pattern.Length && (first || _pattern[_position] != ']'))
        {
            first = false;
            var rest = _pattern.AsSpan(_position);
            if (rest.StartsWith("[:") && rest.IndexOf(":]", StringComparison.Ordinal) is var end and > 0)
            {
                var name = rest[2..end].ToString();
                _rewritten.Append(PosixClasses.TryGetValue(name, out var members)
                    ? members
                    : throw new TemplateFunctionException($"\"{_pattern}\" is not a valid regular expression: [:{name}:] is no class; expected one of {string.Join(", ", PosixClasses.Keys)}"));
                _position += end + 2;
            }
            else if (rest[0] == '\\')
            {
                Escape(insideClass: true);
            }
            else
            {
                // A bracket inside a class is plain in Go, and would begin a subtraction in .NET.
                _rewritten.Append(rest[0] is '[' or ']' ? "\\" : "");
                Copy(1);
            }
        }
        Copy(Math.Min(1, _pattern.Length - _position));
    }

    private void Escape(bool insideClass)
    {
        var kind = At(_position + 1);
        var replacement = kind switch
        {
            'd' => "0-9",
            'w' => "0-9A-Za-z_",
            's' => "\\t\\n\\f\\r ",
            _ => null,
        };
        var complement = kind switch
        {
            'D' => "\\x00-/:-\\uFFFF",
            'W' => "\\x00-/:-@\\[-^`{-\\uFFFF",
            'S' => "\\x00-\\x08\\x0B\\x0E-\\x1F!-\\uFFFF",
            _ => null,
        };
        if ((replacement ?? complement) is { } members)
        {
            _rewritten.Append(insideClass ? members : $"[{members}]");
            _position += 2;
            return;
        }
        switch (kind)
        {
            case 'Q':
                Literal();
                break;
            case 'p' or 'P' when At(_position + 2) is not ('{' or '\0'):
                _rewritten.Append(CultureInfo.InvariantCulture, $"\\{kind}{{{At(_position + 2)}}}");
                _position += 3;
                break;
            case 'x' when At(_position + 2) == '{':
                HexadecimalCode();
                break;
            case 'C' or 'G' or 'Z' or 'k' or (>= '1' and <= '9'):
                throw new TemplateFunctionException($"\"{_pattern}\" is not a valid regular expression: \\{kind} is refused, as in RE2, because matching could take exponential time or break characters");
            default:
                Copy(Math.Min(2, _pattern.Length - _position));
                break;
        }
    }

    private void Literal()
    {
        var end = _pattern.IndexOf("\\E", _position + 2, StringComparison.Ordinal);
        var stop = end < 0 ? _pattern.Length : end;
        foreach (var character in _pattern.AsSpan(_position + 2, stop - _position - 2))
        {
            _rewritten.Append(char.IsLetterOrDigit(character) || character == '_' || character > '\x7F' ? "" : "\\").Append(character);
        }
        _position = end < 0 ? stop : end + 2;
    }

    private void HexadecimalCode()
    {
        var end = _pattern.IndexOf('}', _position);
        if (end < 0 || !int.TryParse(_pattern.AsSpan(_position + 3, end - _position - 3), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) || code is < 0 or > 0xFFFF)
        {
            throw new TemplateFunctionException($"\"{_pattern}\" is not a valid regular expression: \\x{{…}} takes hexadecimal digits up to FFFF");
        }
        _rewritten.Append(CultureInfo.InvariantCulture, $"\\u{code:X4}");
        _position = end + 1;
    }

    private void Copy(int count)
    {
        _rewritten.Append(_pattern, _position, count);
        _position += count;
    }

    private char At(int index) => index < _pattern.Length ? _pattern[index] : '\0';
}
