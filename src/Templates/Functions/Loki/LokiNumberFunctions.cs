using System.Globalization;

namespace Observability.Templates;

/// <summary>Arithmetic of Loki's templates: labels are texts, so every function reads a number out of a text; what is none counts as 0, as in Loki.</summary>
internal static class LokiNumberFunctions
{
    public static readonly IReadOnlyList<TemplateFunction> All =
    [
        new("int", 1, call => Integer(call, 0)),
        new("float64", 1, call => Float(call, 0)),
        new("add", 1, TemplateFunction.Unlimited, call => Integers(call).Aggregate(0L, static (sum, next) => unchecked(sum + next))),
        new("sub", 2, call => unchecked(Integer(call, 0) - Integer(call, 1))),
        new("mul", 1, TemplateFunction.Unlimited, call => Integers(call).Aggregate(1L, static (product, next) => unchecked(product * next))),
        new("div", 2, call => Divide(call, static (left, right) => right == -1 ? unchecked(-left) : left / right)),
        new("mod", 2, call => Divide(call, static (left, right) => right == -1 ? 0 : left % right)),
        new("addf", 1, TemplateFunction.Unlimited, call => Floats(call).Aggregate(static (left, right) => left + right)),
        new("subf", 1, TemplateFunction.Unlimited, call => Floats(call).Aggregate(static (left, right) => left - right)),
        new("mulf", 1, TemplateFunction.Unlimited, call => Floats(call).Aggregate(static (left, right) => left * right)),
        new("divf", 1, TemplateFunction.Unlimited, call => Floats(call).Aggregate(static (left, right) => left / right)),
        new("max", 1, TemplateFunction.Unlimited, call => Integers(call).Max()),
        new("min", 1, TemplateFunction.Unlimited, call => Integers(call).Min()),
        new("maxf", 1, TemplateFunction.Unlimited, call => Floats(call).Aggregate(Math.Max)),
        new("minf", 1, TemplateFunction.Unlimited, call => Floats(call).Aggregate(Math.Min)),
        new("ceil", 1, call => Math.Ceiling(Float(call, 0))),
        new("floor", 1, call => Math.Floor(Float(call, 0))),
        new("round", 2, 3, call => Round(Float(call, 0), Integer(call, 1), call.Arguments.Count > 2 ? Float(call, 2) : 0.5)),
    ];

    public static long Integer(FunctionCall call, int index) => Integer(call.Arguments[index]);

    /// <summary>A length or width that is written out in spaces; beyond what fits into an output it is refused there.</summary>
    public static int Count(FunctionCall call, int index) => (int)Math.Clamp(Integer(call, index), 0, int.MaxValue / 2);

    private static IEnumerable<long> Integers(FunctionCall call) => call.Arguments.Select(Integer);

    private static IEnumerable<double> Floats(FunctionCall call) => call.Arguments.Select(Float);

    private static double Float(FunctionCall call, int index) => Float(call.Arguments[index]);

    private static long Integer(TemplateValue value) => value.Kind switch
    {
        TemplateKind.Integer => value.AsInteger,
        TemplateKind.Duration => value.AsNanoseconds,
        TemplateKind.Bool => value.AsBool ? 1 : 0,
        TemplateKind.Float => GoDuration.FromDouble(value.AsFloat),
        TemplateKind.Text => Integer(value.AsText),
        _ => 0,
    };

    // "3.0" is 3 and "3.5" is no whole number, hence 0.
    private static long Integer(string text)
    {
        var point = text.IndexOf('.', StringComparison.Ordinal);
        var whole = point >= 0 && text.AsSpan(point + 1).IndexOfAnyExcept('0') < 0 ? text.AsSpan(0, point) : text;
        return whole.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? long.TryParse(whole[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hexadecimal) ? hexadecimal : 0
            : long.TryParse(whole, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : 0;
    }

    private static double Float(TemplateValue value) => value.Kind switch
    {
        TemplateKind.Float => value.AsFloat,
        TemplateKind.Text => NumberText.Parse(value.AsText) ?? 0,
        _ => Integer(value),
    };

    private static TemplateValue Divide(FunctionCall call, Func<long, long, long> divide)
    {
        var divisor = Integer(call, 1);
        return divisor != 0 ? divide(Integer(call, 0), divisor) : throw new TemplateFunctionException("division by zero");
    }

    /// <summary>To so many decimals, up from the given fraction of the last one on.</summary>
    private static double Round(double value, long decimals, double upFrom)
    {
        var scale = Math.Pow(10, decimals);
        var digit = scale * value;
        var fraction = Math.Abs(digit - Math.Truncate(digit));
        return (fraction >= upFrom ? Math.Truncate(digit) + Math.Sign(digit) : Math.Truncate(digit)) / scale;
    }
}
