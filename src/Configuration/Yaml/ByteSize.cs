using System.Globalization;

namespace Observability.Configuration.Yaml;

/// <summary>Numbers of bytes as people write them. All units are powers of 1024: nobody sizes a disk limit to the decimal unit on purpose.</summary>
internal static class ByteSize
{
    private static readonly string[] s_units = ["B", "K", "M", "G", "T"];

    public static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        var trimmed = text.Trim();
        var digits = 0;
        while (digits < trimmed.Length && char.IsAsciiDigit(trimmed[digits]))
        {
            digits++;
        }
        var unit = trimmed[digits..].Trim();
        if (unit.Length > 1)
        {
            unit = unit.EndsWith("iB", StringComparison.Ordinal) ? unit[..^2] : unit.EndsWith('B') ? unit[..^1] : unit;
        }
        var power = unit.Length == 0 ? 0 : Array.IndexOf(s_units, unit);
        if (power < 0 || !long.TryParse(trimmed.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || number > long.MaxValue >> (10 * power))
        {
            return false;
        }
        bytes = number << (10 * power);
        return true;
    }
}
