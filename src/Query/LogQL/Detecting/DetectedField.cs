using System.Globalization;
using Observability.Query.LogQL.Units;

namespace Observability.Query.LogQL.Detecting;

/// <summary>What the values of a field look like; Loki's names for it are these in lower case.</summary>
public enum DetectedFieldType
{
    String,
    Int,
    Float,
    Boolean,
    Duration,
    Bytes,
}

/// <summary>A field that occurs in lines, or comes with them.</summary>
/// <param name="Name">As the parser names the label.</param>
/// <param name="Type">Of all its values; text where they differ.</param>
/// <param name="Values">Each once, in the order found.</param>
/// <param name="Parsers">The stages that find the field in lines, sorted: <c>json</c>, <c>logfmt</c>; none for a field that is a label already.</param>
/// <param name="JsonPath">The keys from the outermost to the field, where <c>json</c> finds it.</param>
public sealed record DetectedField(string Name, DetectedFieldType Type, IReadOnlyList<string> Values, IReadOnlyList<string> Parsers, IReadOnlyList<string> JsonPath);

internal static class FieldTypes
{
    public static DetectedFieldType Of(string value) => value switch
    {
        _ when long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) => DetectedFieldType.Int,
        _ when double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out _) => DetectedFieldType.Float,
        "t" or "T" or "true" or "TRUE" or "True" or "f" or "F" or "false" or "FALSE" or "False" => DetectedFieldType.Boolean,
        _ when GoDuration.TryParse(value, out _) => DetectedFieldType.Duration,
        _ when ByteSize.TryParse(value, out _) => DetectedFieldType.Bytes,
        _ => DetectedFieldType.String,
    };
}
