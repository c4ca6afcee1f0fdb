namespace Observability.Query.PromQL;

/// <summary>Functions that change each sample's value by itself.</summary>
internal static class VectorMath
{
    private static readonly Dictionary<string, Func<double, double>> Functions = new(StringComparer.Ordinal)
    {
        ["abs"] = Math.Abs,
        ["acos"] = Math.Acos,
        ["acosh"] = Math.Acosh,
        ["asin"] = Math.Asin,
        ["asinh"] = Math.Asinh,
        ["atan"] = Math.Atan,
        ["atanh"] = Math.Atanh,
        ["ceil"] = Math.Ceiling,
        ["cos"] = Math.Cos,
        ["cosh"] = Math.Cosh,
        ["deg"] = static value => value * 180 / Math.PI,
        ["exp"] = Math.Exp,
        ["floor"] = Math.Floor,
        ["ln"] = Math.Log,
        ["log10"] = Math.Log10,
        ["log2"] = Math.Log2,
        ["rad"] = static value => value * Math.PI / 180,
        ["sgn"] = static value => double.IsNaN(value) ? value : Math.Sign(value),
        ["sin"] = Math.Sin,
        ["sinh"] = Math.Sinh,
        ["sqrt"] = Math.Sqrt,
        ["tan"] = Math.Tan,
        ["tanh"] = Math.Tanh,
    };

    public static IEnumerable<string> Names => Functions.Keys;

    public static Func<double, double>? Find(string name) => Functions.GetValueOrDefault(name);

    /// <summary>To the nearest multiple, halves up. Dividing by the inverse keeps 0.1 exact where multiplying would not.</summary>
    public static double Round(double value, double toNearest)
    {
        var inverse = 1 / toNearest;
        return Math.Floor((value * inverse) + 0.5) / inverse;
    }
}
