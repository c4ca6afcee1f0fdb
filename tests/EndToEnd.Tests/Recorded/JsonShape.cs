using System.Text.Json;
using System.Text.RegularExpressions;

namespace Observability.EndToEnd.Tests.Recorded;

/// <summary>
/// What a line says of JSON: <c>path : type</c>, <c>path = value</c> or <c>path contains value</c> (of an array). A path has names and <c>[0]</c>;
/// <c>[*]</c> and <c>{*}</c> mean each item and each member, of which there must be one at least.
/// </summary>
internal static partial class JsonShape
{
    /// <summary>Empty when the line holds.</summary>
    public static string FaultOf(string body, string line)
    {
        if (Line().Match(line) is not { Success: true } parts)
        {
            throw new FormatException($"'{line}': expected 'path : type', 'path = value' or 'path contains value'");
        }
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(body);
        }
        catch (JsonException exception)
        {
            return $"the body is not JSON: {exception.Message}";
        }
        using (document)
        {
            var found = new List<JsonElement> { document.RootElement };
            foreach (Match step in Step().Matches(parts.Groups["path"].Value))
            {
                found = [.. found.SelectMany(element => Take(element, step.Value))];
            }
            return found.Count == 0 ? $"'{line}': there is none" : found.TrueForAll(element => Holds(element, parts)) ? "" : $"'{line}' does not hold";
        }
    }

    private static IEnumerable<JsonElement> Take(JsonElement element, string step) => (step, element.ValueKind) switch
    {
        ("[*]", JsonValueKind.Array) => element.EnumerateArray(),
        ("{*}", JsonValueKind.Object) => element.EnumerateObject().Select(static member => member.Value),
        (['[', .. var index, ']'], JsonValueKind.Array) when index != "*" && int.Parse(index, System.Globalization.CultureInfo.InvariantCulture) < element.GetArrayLength() =>
            [element[int.Parse(index, System.Globalization.CultureInfo.InvariantCulture)]],
        (_, JsonValueKind.Object) when element.TryGetProperty(step.TrimStart('.'), out var member) => [member],
        _ => [],
    };

    private static bool Holds(JsonElement element, Match parts)
    {
        var value = parts.Groups["value"].Value;
        return parts.Groups["verb"].Value switch
        {
            "=" => element.ToString() == value,
            "contains" => element.ValueKind == JsonValueKind.Array && element.EnumerateArray().Any(item => item.ToString() == value),
            _ => IsOf(element, value),
        };
    }

    private static bool IsOf(JsonElement element, string type) => type switch
    {
        "any" => true,
        "object" => element.ValueKind == JsonValueKind.Object,
        "array" => element.ValueKind == JsonValueKind.Array,
        "items" => element.ValueKind == JsonValueKind.Array && element.GetArrayLength() > 0,
        "text" => element.ValueKind == JsonValueKind.String,
        "digits" => element.ValueKind == JsonValueKind.String && element.GetString() is { Length: > 0 } text && text.All(char.IsAsciiDigit),
        "number" => element.ValueKind == JsonValueKind.Number,
        "boolean" => element.ValueKind is JsonValueKind.True or JsonValueKind.False,
        _ => throw new FormatException($"'{type}' is no type: any, object, array, items, text, digits, number or boolean"),
    };

    [GeneratedRegex(@"^(?<path>\S+) (?<verb>=|:|contains) (?<value>.+)$", RegexOptions.NonBacktracking)]
    private static partial Regex Line();

    [GeneratedRegex(@"\[(\*|\d+)\]|\{\*\}|\.?[^.\[\{]+", RegexOptions.NonBacktracking)]
    private static partial Regex Step();
}
