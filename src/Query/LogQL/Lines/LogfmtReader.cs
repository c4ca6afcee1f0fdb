using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Observability.Query.LogQL.Lines;

/// <summary>
/// Reads <c>key=value key="quoted value" key</c> pairs (brandur.org/logfmt, as the Go library reads it: no spaces around <c>=</c>, JSON-like escapes in quotes).
/// After a malformed pair it can go on at the next space.
/// </summary>
internal struct LogfmtReader(string line)
{
    private int _at = 0;

    public string Key { get; private set; } = "";

    /// <summary>Empty for a key without a value.</summary>
    public string Value { get; private set; } = "";

    /// <summary>What is wrong with the pair that was read last, or null.</summary>
    public string? Fault { get; private set; }

    /// <summary>The next pair. False at the end; true with <see cref="Fault"/> set when the pair is malformed.</summary>
    public bool Read()
    {
        (Key, Value, Fault) = ("", "", null);
        while (_at < line.Length && line[_at] <= ' ')
        {
            _at++;
        }
        if (_at == line.Length)
        {
            return false;
        }
        var start = _at;
        while (_at < line.Length && line[_at] is > ' ' and not ('=' or '"'))
        {
            _at++;
        }
        Key = line[start.._at];
        if (_at == line.Length || line[_at] <= ' ')
        {
            return true;
        }
        if (line[_at] == '"' || Key.Length == 0)
        {
            return Fail($"unexpected '{line[_at]}'");
        }
        _at++;
        return _at < line.Length && line[_at] == '"' ? ReadQuoted() : ReadPlain();
    }

    /// <exception cref="ArgumentException">Not a key that a line can hold.</exception>
    public static void ValidateKey(string key)
    {
        if (key.Length == 0 || key.AsSpan().ContainsAny('=', '"') || key.Any(static c => c <= ' '))
        {
            throw new ArgumentException($"'{key}' is not a logfmt key: a key has no spaces, quotes or '='");
        }
    }

    private bool ReadPlain()
    {
        var start = _at;
        while (_at < line.Length && line[_at] > ' ')
        {
            if (line[_at] is '=' or '"')
            {
                return Fail($"unexpected '{line[_at]}'");
            }
            _at++;
        }
        Value = line[start.._at];
        return true;
    }

    private bool ReadQuoted()
    {
        var start = ++_at;
        var escaped = false;
        while (_at < line.Length && line[_at] != '"')
        {
            escaped |= line[_at] == '\\';
            _at += line[_at] == '\\' ? 2 : 1;
        }
        if (_at >= line.Length)
        {
            _at = line.Length;
            Fault = $"unterminated quoted value at character {start}";
            return true;
        }
        if (!escaped)
        {
            Value = line[start.._at];
        }
        else if (TryUnescape(line.AsSpan(start.._at), out var value))
        {
            Value = value;
        }
        else
        {
            Fault = $"invalid escape in the quoted value at character {start}";
        }
        _at++;
        return true;
    }

    private bool Fail(string what)
    {
        Fault = $"{what} at character {_at + 1}";
        while (_at < line.Length && line[_at] > ' ')
        {
            _at++;
        }
        return true;
    }

    private static bool TryUnescape(ReadOnlySpan<char> text, [NotNullWhen(true)] out string? value)
    {
        var result = new StringBuilder(text.Length);
        value = null;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                result.Append(text[i]);
                continue;
            }
            i++;
            var simple = "\"\\/'bfnrt".IndexOf(text[i], StringComparison.Ordinal);
            if (simple >= 0)
            {
                result.Append("\"\\/'\b\f\n\r\t"[simple]);
            }
            else if (text[i] == 'u' && i + 4 < text.Length && ushort.TryParse(
                text.Slice(i + 1, 4), System.Globalization.NumberStyles.AllowHexSpecifier, System.Globalization.CultureInfo.InvariantCulture, out var unit))
            {
                result.Append((char)unit);
                i += 4;
            }
            else
            {
                return false;
            }
        }
        value = result.ToString();
        return true;
    }
}
