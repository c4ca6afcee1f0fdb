using System.Text.RegularExpressions;

namespace Observability.Repository.Tests.Sources;

/// <summary>A method, constructor, operator or property with code: from the line of its signature (attributes left out) to its last line.</summary>
internal readonly record struct CodeMember(string Name, int FirstLine, int LastLine)
{
    public int Lines => LastLine - FirstLine + 1;
}

/// <summary>Finds the members of types in C# text whose comments and literals are blanked (<see cref="CSharpText"/>).</summary>
internal sealed partial class CodeMembers
{
    private readonly string _code;
    private readonly List<CodeMember> _members = [];
    private int _headerStart;

    private CodeMembers(string code)
    {
        _code = code;
    }

    public static IReadOnlyList<CodeMember> Of(string code)
    {
        var scanner = new CodeMembers(code);
        scanner.Scan();
        return scanner._members;
    }

    private void Scan()
    {
        var depth = 0;   // of parentheses and brackets
        for (var i = 0; i < _code.Length; i++)
        {
            switch (_code[i])
            {
                case '(' or '[':
                    depth++;
                    break;
                case ')' or ']':
                    depth--;
                    break;
                case ';' when depth == 0:
                    if (Header(i) is { } header && header.Contains("=>", StringComparison.Ordinal) && !IsField(header) && !IsTable(header))
                    {
                        Add(header, i);
                    }
                    _headerStart = i + 1;
                    break;
                case '{' when depth == 0:
                    i = EnterBlock(i);
                    break;
                case '}' when depth == 0:
                    _headerStart = i + 1;
                    break;
            }
        }
    }

    /// <summary>Returns the position to go on after: inside of a type or namespace, behind a body.</summary>
    private int EnterBlock(int open)
    {
        var header = Header(open);
        if (ContainerHeader().IsMatch(header))
        {
            _headerStart = open + 1;
            return open;
        }
        var close = CloseOf(open);
        // The braces of an initializer or of a switch expression: the member goes on to its semicolon.
        if (header.Contains('=', StringComparison.Ordinal) && (IsField(header) || header.Contains("=>", StringComparison.Ordinal)))
        {
            return close;
        }
        Add(header, close);
        _headerStart = close + 1;
        return close;
    }

    private int CloseOf(int open)
    {
        var depth = 0;
        for (var i = open; i < _code.Length; i++)
        {
            depth += _code[i] switch { '{' => 1, '}' => -1, _ => 0 };
            if (depth == 0)
            {
                return i;
            }
        }
        return _code.Length - 1;
    }

    /// <summary>The text since the last member, without attributes and leading space.</summary>
    private string Header(int end)
    {
        var start = _headerStart;
        while (start < end)
        {
            if (char.IsWhiteSpace(_code[start]))
            {
                start++;
            }
            else if (_code[start] == '[')
            {
                var depth = 0;
                do
                {
                    depth += _code[start] switch { '[' => 1, ']' => -1, _ => 0 };
                    start++;
                }
                while (depth > 0 && start < end);
            }
            else
            {
                break;
            }
        }
        return _code[start..end];
    }

    /// <summary>A property that is a collection or an object written out: data, which is as long as it is.</summary>
    private static bool IsTable(string header) =>
        header.Split("=>", 2) is [var signature, var value]
        && !signature.Contains('(', StringComparison.Ordinal)
        && value.TrimStart() is var start && (start.StartsWith('[') || start.StartsWith("new", StringComparison.Ordinal));

    private void Add(string header, int end)
    {
        var name = MemberName().Match(header.Split("=>", 2)[0]) is { Success: true } match ? match.Groups[1].Value : "property";
        _members.Add(new CodeMember(name, LineOf(end - Distance(header, end)), LineOf(end)));
    }

    private int Distance(string header, int end) => end - _code.IndexOf(header, _headerStart, StringComparison.Ordinal);

    private int LineOf(int position) => _code.AsSpan(0, position).Count('\n') + 1;

    /// <summary>An assignment outside of parentheses comes before any arrow.</summary>
    private static bool IsField(string header)
    {
        var depth = 0;
        for (var i = 0; i < header.Length; i++)
        {
            depth += header[i] switch { '(' or '[' => 1, ')' or ']' => -1, _ => 0 };
            if (depth == 0 && header[i] == '=' && !header[..i].Contains("operator", StringComparison.Ordinal))
            {
                return i + 1 == header.Length || header[i + 1] != '>';
            }
        }
        return false;
    }

    [GeneratedRegex(@"^(?:(?:public|internal|private|protected|static|sealed|abstract|partial|readonly|ref|unsafe|file|new|required)\s+)*(?:class|struct|interface|enum|record|namespace|extension)\b")]
    private static partial Regex ContainerHeader();

    [GeneratedRegex(@"(\w+)\s*(?:<[^()]*>)?\s*\(")]
    private static partial Regex MemberName();
}
