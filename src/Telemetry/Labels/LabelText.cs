using System.Globalization;
using System.Text;

namespace Observability.Telemetry;

/// <summary>How labels are written in Prometheus' notation: bare names where allowed, else quoted; values always quoted.</summary>
public static class LabelText
{
    /// <summary>True for <c>[a-zA-Z_][a-zA-Z0-9_]*</c>: a name that needs no quotes.</summary>
    public static bool IsPlainName(string name)
    {
        if (name.Length == 0 || char.IsAsciiDigit(name[0]))
        {
            return false;
        }
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '_')
            {
                return false;
            }
        }
        return true;
    }

    public static string Name(string name) => IsPlainName(name) ? name : Quote(name);

    /// <summary>A double-quoted string with Go's escapes, so that it can be pasted into a query or an Alertmanager matcher.</summary>
    public static string Quote(string value)
    {
        var text = new StringBuilder(value.Length + 2).Append('"');
        foreach (var c in value)
        {
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                < ' ' => text.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}"),
                _ => text.Append(c),
            };
        }
        return text.Append('"').ToString();
    }
}
