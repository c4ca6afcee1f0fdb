using System.Globalization;

namespace Observability.Portal.Tests;

/// <summary>
/// How a colour looks to people who lack one kind of cone: the simulation matrices of Machado, Oliveira and Fernandes (2009, severity 1.0) on linear sRGB,
/// and distances in CIE Lab (D65).
/// </summary>
internal static class ColourSight
{
    private static readonly Dictionary<string, double[]> Simulations = new(StringComparer.Ordinal)
    {
        ["protan"] = [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
        ["deutan"] = [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881],
        ["tritan"] = [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.303900],
    };

    public static (double Lightness, double GreenRed, double BlueYellow) LabOf(string colour, string sight)
    {
        var matrix = Simulations[sight];
        double[] linear = [Channel(colour, 1), Channel(colour, 3), Channel(colour, 5)];
        var seen = Enumerable.Range(0, 3).Select(row => Math.Clamp(Enumerable.Range(0, 3).Sum(column => matrix[(row * 3) + column] * linear[column]), 0, 1)).ToArray();
        var x = Shaped(((0.4124 * seen[0]) + (0.3576 * seen[1]) + (0.1805 * seen[2])) / 0.95047);
        var y = Shaped((0.2126 * seen[0]) + (0.7152 * seen[1]) + (0.0722 * seen[2]));
        var z = Shaped(((0.0193 * seen[0]) + (0.1192 * seen[1]) + (0.9505 * seen[2])) / 1.08883);
        return ((116 * y) - 16, 500 * (x - y), 200 * (y - z));
    }

    public static double Distance((double, double, double) left, (double, double, double) right) =>
        Math.Sqrt(Math.Pow(left.Item1 - right.Item1, 2) + Math.Pow(left.Item2 - right.Item2, 2) + Math.Pow(left.Item3 - right.Item3, 2));

    /// <summary>One channel of <c>#RRGGBB</c> as linear light.</summary>
    public static double Channel(string colour, int start)
    {
        var value = int.Parse(colour.AsSpan(start, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0;
        return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
    }

    private static double Shaped(double value) => value > 0.008856 ? Math.Cbrt(value) : (7.787 * value) + (16.0 / 116);
}
