namespace Observability.Collector.Receiving.Otlp.Rows;

/// <summary>
/// Names of metrics and labels as Prometheus writes them (OpenTelemetry specification, "Prometheus and OpenMetrics Compatibility", OTLP metric points to
/// Prometheus): other characters become underscores, the unit and, for counters, <c>total</c> become suffixes.
/// </summary>
internal static class PrometheusName
{
    /// <summary>Bigger: longer names everywhere; longer ones are refused.</summary>
    public const int MaximumLength = 512;

    /// <summary>Enough for a name of the greatest length with every suffix.</summary>
    public const int BufferLength = MaximumLength + 128;

    /// <summary>Writes the metric's name without the suffixes of histogram series; returns its length, 0 when nothing usable is left.</summary>
    public static int WriteMetric(ReadOnlySpan<byte> name, ReadOnlySpan<byte> unit, bool isCounter, bool isGauge, Span<byte> target)
    {
        var length = Sanitize(name, target, allowColon: true);
        if (length == 0)
        {
            return 0;
        }
        if (isCounter && EndsWithToken(target[..length], "total"u8))
        {
            length -= "_total".Length;
        }
        length = AppendUnit(target, length, unit, isGauge);
        return isCounter ? Append(target, length, "total"u8) : length;
    }

    /// <summary>Writes a label's name; returns its length.</summary>
    public static int WriteLabel(ReadOnlySpan<byte> key, Span<byte> target)
    {
        var length = Sanitize(key, target, allowColon: false);
        if (length > 0 && char.IsAsciiDigit((char)target[0]))
        {
            target[..length].CopyTo(target["key_".Length..]);
            "key_"u8.CopyTo(target);
            length += "key_".Length;
        }
        return length;
    }

    // Runs of other characters become one underscore; none at the ends, but for a leading one that the sender wrote.
    private static int Sanitize(ReadOnlySpan<byte> name, Span<byte> target, bool allowColon)
    {
        var length = 0;
        foreach (var character in name)
        {
            if (char.IsAsciiLetterOrDigit((char)character) || (allowColon && character == ':'))
            {
                if (length == 0 && allowColon && char.IsAsciiDigit((char)character))
                {
                    target[length++] = (byte)'_';
                }
                target[length++] = character;
            }
            else if ((length == 0 && character == '_') || (length > 0 && target[length - 1] != '_'))
            {
                target[length++] = (byte)'_';
            }
        }
        while (length > 0 && target[length - 1] == '_')
        {
            length--;
        }
        return length;
    }

    private static int AppendUnit(Span<byte> target, int length, ReadOnlySpan<byte> unit, bool isGauge)
    {
        var annotation = unit.IndexOf((byte)'{');
        if (annotation >= 0)
        {
            unit = unit[..annotation];
        }
        if (unit.SequenceEqual("1"u8))
        {
            return isGauge ? AppendMissing(target, length, "ratio"u8) : length;
        }
        var slash = unit.IndexOf((byte)'/');
        if (slash < 0)
        {
            return AppendWord(target, length, UnitWord(unit), unit);
        }
        length = AppendWord(target, length, UnitWord(unit[..slash]), unit[..slash]);
        var per = unit[(slash + 1)..];
        var perWord = PerWord(per);
        if (per.IsEmpty)
        {
            return length;
        }
        length = AppendMissing(target, length, "per"u8);
        return AppendWord(target, length, perWord, per);
    }

    private static int AppendWord(Span<byte> target, int length, ReadOnlySpan<byte> word, ReadOnlySpan<byte> unit)
    {
        if (!word.IsEmpty)
        {
            return AppendMissing(target, length, word);
        }
        Span<byte> clean = stackalloc byte[64];
        if (unit.IsEmpty || unit.Length > clean.Length - 1)
        {
            return length;
        }
        var cleanLength = Sanitize(unit, clean, allowColon: false);
        return cleanLength == 0 ? length : AppendMissing(target, length, clean[..cleanLength]);
    }

    private static int AppendMissing(Span<byte> target, int length, ReadOnlySpan<byte> token) =>
        HasToken(target[..length], token) ? length : Append(target, length, token);

    private static int Append(Span<byte> target, int length, ReadOnlySpan<byte> token)
    {
        target[length++] = (byte)'_';
        token.CopyTo(target[length..]);
        return length + token.Length;
    }

    private static bool EndsWithToken(ReadOnlySpan<byte> name, ReadOnlySpan<byte> token) =>
        name.EndsWith(token) && name.Length > token.Length && name[^(token.Length + 1)] == '_';

    private static bool HasToken(ReadOnlySpan<byte> name, ReadOnlySpan<byte> token)
    {
        foreach (var range in name.Split((byte)'_'))
        {
            if (name[range].SequenceEqual(token))
            {
                return true;
            }
        }
        return false;
    }

    private static ReadOnlySpan<byte> UnitWord(ReadOnlySpan<byte> unit)
    {
        foreach (var (code, word) in Units)
        {
            if (unit.SequenceEqual(code))
            {
                return word;
            }
        }
        return default;
    }

    private static ReadOnlySpan<byte> PerWord(ReadOnlySpan<byte> unit)
    {
        foreach (var (code, word) in PerUnits)
        {
            if (unit.SequenceEqual(code))
            {
                return word;
            }
        }
        return default;
    }

    private static readonly (byte[] Code, byte[] Word)[] Units =
    [
        ("s"u8.ToArray(), "seconds"u8.ToArray()), ("ms"u8.ToArray(), "milliseconds"u8.ToArray()), ("us"u8.ToArray(), "microseconds"u8.ToArray()),
        ("ns"u8.ToArray(), "nanoseconds"u8.ToArray()), ("min"u8.ToArray(), "minutes"u8.ToArray()), ("h"u8.ToArray(), "hours"u8.ToArray()),
        ("d"u8.ToArray(), "days"u8.ToArray()), ("By"u8.ToArray(), "bytes"u8.ToArray()), ("KiBy"u8.ToArray(), "kibibytes"u8.ToArray()),
        ("MiBy"u8.ToArray(), "mebibytes"u8.ToArray()), ("GiBy"u8.ToArray(), "gibibytes"u8.ToArray()), ("TiBy"u8.ToArray(), "tibibytes"u8.ToArray()),
        ("KBy"u8.ToArray(), "kilobytes"u8.ToArray()), ("MBy"u8.ToArray(), "megabytes"u8.ToArray()), ("GBy"u8.ToArray(), "gigabytes"u8.ToArray()),
        ("TBy"u8.ToArray(), "terabytes"u8.ToArray()), ("m"u8.ToArray(), "meters"u8.ToArray()), ("V"u8.ToArray(), "volts"u8.ToArray()),
        ("A"u8.ToArray(), "amperes"u8.ToArray()), ("J"u8.ToArray(), "joules"u8.ToArray()), ("W"u8.ToArray(), "watts"u8.ToArray()),
        ("g"u8.ToArray(), "grams"u8.ToArray()), ("Cel"u8.ToArray(), "celsius"u8.ToArray()), ("Hz"u8.ToArray(), "hertz"u8.ToArray()),
        ("%"u8.ToArray(), "percent"u8.ToArray()),
    ];

    private static readonly (byte[] Code, byte[] Word)[] PerUnits =
    [
        ("s"u8.ToArray(), "second"u8.ToArray()), ("m"u8.ToArray(), "minute"u8.ToArray()), ("min"u8.ToArray(), "minute"u8.ToArray()),
        ("h"u8.ToArray(), "hour"u8.ToArray()), ("d"u8.ToArray(), "day"u8.ToArray()), ("w"u8.ToArray(), "week"u8.ToArray()),
        ("mo"u8.ToArray(), "month"u8.ToArray()), ("y"u8.ToArray(), "year"u8.ToArray()),
    ];
}
