using System.Globalization;

namespace Observability.Query.LogQL.Units;

/// <summary>
/// Sizes as LogQL and its users' logs write them: a number, optional spaces, a unit in any case. <c>k M G T P E</c>, with or without <c>B</c>, are powers of 1000;
/// <c>Ki Mi Gi Ti Pi Ei</c> are powers of 1024; no unit means bytes.
/// </summary>
internal static class ByteSize
{
    private const string Prefixes = "kmgtpe";

    /// <summary>False for a negative number, an unknown unit, or more than 64 bits hold. A fraction of a byte is cut off.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out ulong bytes)
    {
        bytes = 0;
        var digits = 0;
        while (digits < text.Length && (char.IsAsciiDigit(text[digits]) || text[digits] is '.' or ','))
        {
            digits++;
        }
        if (digits == 0
            || !decimal.TryParse(text[..digits], NumberStyles.AllowDecimalPoint | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var number)
            || !TryUnit(text[digits..].Trim(), out var size)
            || number > ulong.MaxValue / size)
        {
            return false;
        }
        bytes = (ulong)(number * size);
        return true;
    }

    private static bool TryUnit(ReadOnlySpan<char> unit, out decimal size)
    {
        size = 1;
        if (unit.Length is 0 || unit.Equals("b", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }
        var power = Prefixes.IndexOf(char.ToLowerInvariant(unit[0]), StringComparison.Ordinal) + 1;
        var rest = unit[1..];
        var binary = rest.StartsWith("i", StringComparison.OrdinalIgnoreCase);
        rest = binary ? rest[1..] : rest;
        if (power == 0 || !(rest.Length == 0 || rest.Equals("b", StringComparison.OrdinalIgnoreCase)))
        {
            return false;
        }
        for (var i = 0; i < power; i++)
        {
            size *= binary ? 1024 : 1000;
        }
        return true;
    }
}
