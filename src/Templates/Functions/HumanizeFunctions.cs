namespace Observability.Templates;

/// <summary>Numbers for people: the humanize functions of Prometheus' template reference, with its four significant digits.</summary>
internal static class HumanizeFunctions
{
    private static readonly string[] LargePrefixes = ["k", "M", "G", "T", "P", "E", "Z", "Y"];
    private static readonly string[] BinaryPrefixes = ["ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi"];
    private static readonly string[] SmallPrefixes = ["m", "u", "n", "p", "f", "a", "z", "y"];

    public static readonly TemplateFunction Duration = new("humanizeDuration", 1, call => HumanizeDuration(call.Number(0)));

    public static readonly IReadOnlyList<TemplateFunction> All =
    [
        new("humanize", 1, call => Humanize(call.Number(0))),
        new("humanize1024", 1, call => HumanizeBinary(call.Number(0))),
        Duration,
        new("humanizePercentage", 1, call => FourDigits(call.Number(0) * 100) + "%"),
        new("humanizeTimestamp", 1, call => HumanizeTimestamp(call.Number(0))),
    ];

    private static string Humanize(double value)
    {
        if (value == 0 || !double.IsFinite(value))
        {
            return FourDigits(value);
        }
        return Math.Abs(value) >= 1 ? Divided(value, 1000, LargePrefixes) : Multiplied(value);
    }

    private static string HumanizeBinary(double value) =>
        Math.Abs(value) <= 1 || !double.IsFinite(value) ? FourDigits(value) : Divided(value, 1024, BinaryPrefixes);

    private static string HumanizeDuration(double value)
    {
        if (!double.IsFinite(value))
        {
            return FourDigits(value);
        }
        if (value == 0)
        {
            return FourDigits(value) + "s";
        }
        if (Math.Abs(value) < 1)
        {
            return Multiplied(value) + "s";
        }
        var sign = value < 0 ? "-" : "";
        var size = Math.Abs(value);
        var seconds = size >= long.MaxValue ? long.MaxValue : (long)size;
        var (days, hours, minutes) = (seconds / 86400, seconds / 3600 % 24, seconds / 60 % 60);
        return sign + (days, hours, minutes) switch
        {
            ( > 0, _, _) => $"{days}d {hours}h {minutes}m {seconds % 60}s",
            (_, > 0, _) => $"{hours}h {minutes}m {seconds % 60}s",
            (_, _, > 0) => $"{minutes}m {seconds % 60}s",
            _ => FourDigits(size) + "s",
        };
    }

    private static string HumanizeTimestamp(double seconds)
    {
        if (!double.IsFinite(seconds))
        {
            return FourDigits(seconds);
        }
        return TemplateValue.From(Timestamp.FromUnixSeconds(seconds)).ToString();
    }

    private static string Divided(double value, double factor, string[] prefixes)
    {
        var prefix = "";
        foreach (var next in prefixes)
        {
            if (Math.Abs(value) < factor)
            {
                break;
            }
            prefix = next;
            value /= factor;
        }
        return FourDigits(value) + prefix;
    }

    private static string Multiplied(double value)
    {
        var prefix = "";
        foreach (var next in SmallPrefixes)
        {
            if (Math.Abs(value) >= 1)
            {
                break;
            }
            prefix = next;
            value *= 1000;
        }
        return FourDigits(value) + prefix;
    }

    private static string FourDigits(double value) => FloatText.Format(value, 'g', 4);
}

/// <summary>Unix seconds as times.</summary>
internal static class Timestamp
{
    /// <exception cref="TemplateFunctionException">Not finite, or outside the years that nanoseconds in 64 bits reach (1678 to 2262).</exception>
    public static TemplateTime FromUnixSeconds(double seconds)
    {
        if (!double.IsFinite(seconds))
        {
            throw new TemplateFunctionException("value is NaN or Inf, which is no point in time");
        }
        var nanoseconds = seconds * 1e9;
        return Math.Abs(nanoseconds) < long.MaxValue
            ? new TemplateTime(DateTimeOffset.UnixEpoch.AddTicks((long)nanoseconds / 100), "UTC")
            : throw new TemplateFunctionException($"{FloatText.Shortest(seconds)} seconds lie outside the years 1678 to 2262");
    }

    public static double ToUnixSeconds(DateTimeOffset moment) => (moment - DateTimeOffset.UnixEpoch).TotalMilliseconds / 1000;
}
