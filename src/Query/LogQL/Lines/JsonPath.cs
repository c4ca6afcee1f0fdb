using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Observability.Query.LogQL.Lines;

/// <summary>Paths of <c>| json target="path"</c>: <c>a.b</c>, <c>a["b c"]</c>, <c>["a"].b[0]</c>.</summary>
internal sealed class JsonPath
{
    private readonly List<object> _steps;

    private JsonPath(List<object> steps) => _steps = steps;

    /// <exception cref="ArgumentException">Not a path.</exception>
    public static JsonPath Parse(string path)
    {
        var steps = new List<object>();
        var at = 0;
        while (at < path.Length)
        {
            if (path[at] == '[')
            {
                steps.Add(Bracket(path, ref at));
            }
            else
            {
                if (path[at] == '.')
                {
                    at = steps.Count > 0 ? at + 1 : throw Error(path, at, "a field or [");
                }
                steps.Add(Field(path, ref at));
            }
        }
        return steps.Count > 0 ? new JsonPath(steps) : throw Error(path, 0, "a field");
    }

    /// <summary>Null when the path leads nowhere or to null. Objects and arrays come as JSON text.</summary>
    public string? Find(JsonElement root)
    {
        var element = root;
        foreach (var step in _steps)
        {
            if (step is int index)
            {
                if (element.ValueKind != JsonValueKind.Array || index >= element.GetArrayLength())
                {
                    return null;
                }
                element = element[index];
            }
            else if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty((string)step, out element))
            {
                return null;
            }
        }
        return element.ValueKind switch
        {
            JsonValueKind.Null => null,
            JsonValueKind.String => element.GetString(),
            _ => element.GetRawText(),
        };
    }

    private static string Field(string path, ref int at)
    {
        var start = at;
        while (at < path.Length && (char.IsLetterOrDigit(path[at]) || path[at] is '_' or '-'))
        {
            at++;
        }
        return at > start && !char.IsAsciiDigit(path[start]) ? path[start..at] : throw Error(path, start, "a field");
    }

    private static object Bracket(string path, ref int at)
    {
        var start = ++at;
        if (at < path.Length && path[at] == '"')
        {
            return QuotedField(path, ref at);
        }
        while (at < path.Length && char.IsAsciiDigit(path[at]))
        {
            at++;
        }
        if (at == path.Length || path[at] != ']' || !int.TryParse(path.AsSpan(start..at), NumberStyles.None, CultureInfo.InvariantCulture, out var index))
        {
            throw Error(path, start, "an index or a quoted field, and ']'");
        }
        at++;
        return index;
    }

    private static string QuotedField(string path, ref int at)
    {
        var name = new StringBuilder();
        for (at++; at < path.Length && path[at] != '"'; at++)
        {
            at += path[at] == '\\' && at + 1 < path.Length ? 1 : 0;
            name.Append(path[at]);
        }
        if (at + 1 >= path.Length || path[at + 1] != ']')
        {
            throw Error(path, Math.Min(at, path.Length), "'\"]'");
        }
        at += 2;
        return name.ToString();
    }

    private static ArgumentException Error(string path, int at, string expected) =>
        new($"'{path}' is not a path such as request.headers[\"x-id\"][0]: expected {expected} at character {at + 1}");
}
