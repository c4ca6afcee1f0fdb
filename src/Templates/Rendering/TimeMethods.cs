using System.Globalization;

namespace Observability.Templates;

/// <summary>The methods of Go's time.Time and time.Duration that notification templates use: <c>.StartsAt.Format "15:04"</c>.</summary>
internal static class TimeMethods
{
    /// <summary>Null where a time has no such method.</summary>
    public static TemplateFunction? Find(TemplateTime time, string name) => name switch
    {
        "Format" => new(name, 1, call => Format(call, time, call.Text(0))),
        "String" => new(name, 0, call => Format(call, time, TimeLayout.Default)),
        "UTC" => new(name, 0, _ => TemplateValue.From(time.ToUtc())),
        // The zone of the machine that happens to send the notice says nothing to its reader.
        "Local" => new(name, 0, _ => TemplateValue.From(time.ToUtc())),
        "Unix" => new(name, 0, _ => time.Moment.ToUnixTimeSeconds()),
        "UnixMilli" => new(name, 0, _ => time.Moment.ToUnixTimeMilliseconds()),
        "UnixNano" => new(name, 0, _ => (time.Moment - DateTimeOffset.UnixEpoch).Ticks * 100),
        "IsZero" => new(name, 0, _ => time.IsZero),
        "Year" => new(name, 0, _ => time.Moment.Year),
        "Month" => new(name, 0, _ => Named("time.Month", time.Moment.Month, time.Moment.ToString("MMMM", CultureInfo.InvariantCulture))),
        "Weekday" => new(name, 0, _ => Named("time.Weekday", (int)time.Moment.DayOfWeek, time.Moment.DayOfWeek.ToString())),
        "Day" => new(name, 0, _ => time.Moment.Day),
        "YearDay" => new(name, 0, _ => time.Moment.DayOfYear),
        "Hour" => new(name, 0, _ => time.Moment.Hour),
        "Minute" => new(name, 0, _ => time.Moment.Minute),
        "Second" => new(name, 0, _ => time.Moment.Second),
        "Nanosecond" => new(name, 0, _ => time.Moment.Ticks % TimeSpan.TicksPerSecond * 100),
        "Sub" => new(name, 1, call => TemplateValue.From(time.Moment - call.Time(0).Moment)),
        "Add" => new(name, 1, call => TemplateValue.From(time with { Moment = Moved(time.Moment, call) })),
        "Before" => new(name, 1, call => time.Moment < call.Time(0).Moment),
        "After" => new(name, 1, call => time.Moment > call.Time(0).Moment),
        "Equal" => new(name, 1, call => time.Moment == call.Time(0).Moment),
        _ => null,
    };

    /// <summary>Null where a duration has no such method.</summary>
    public static TemplateFunction? Find(long nanoseconds, string name) => name switch
    {
        "String" => new(name, 0, _ => DurationText.Print(nanoseconds)),
        "Seconds" => new(name, 0, _ => GoDuration.ToSeconds(nanoseconds)),
        "Minutes" => new(name, 0, _ => GoDuration.ToSeconds(nanoseconds) / 60),
        "Hours" => new(name, 0, _ => GoDuration.ToSeconds(nanoseconds) / 3600),
        "Milliseconds" => new(name, 0, _ => nanoseconds / 1_000_000),
        "Microseconds" => new(name, 0, _ => nanoseconds / 1_000),
        "Nanoseconds" => new(name, 0, _ => nanoseconds),
        "Abs" => new(name, 0, _ => TemplateValue.Duration(nanoseconds == long.MinValue ? long.MaxValue : Math.Abs(nanoseconds))),
        "Truncate" => new(name, 1, call => TemplateValue.Duration(Nanoseconds(call) is var unit && unit <= 0 ? nanoseconds : nanoseconds - (nanoseconds % unit))),
        "Round" => new(name, 1, call => TemplateValue.Duration(Rounded(nanoseconds, Nanoseconds(call)))),
        _ => null,
    };

    private static TemplateValue Format(FunctionCall call, TemplateTime time, string layout)
    {
        var output = call.NewText();
        TimeLayout.Append(output, time, layout);
        return output.ToString();
    }

    private static DateTimeOffset Moved(DateTimeOffset moment, FunctionCall call)
    {
        var ticks = Nanoseconds(call) / 100;
        return ticks <= (DateTimeOffset.MaxValue - moment).Ticks && ticks >= (DateTimeOffset.MinValue - moment).Ticks
            ? moment.AddTicks(ticks)
            : throw new TemplateFunctionException("the time lies outside the years 1 to 9999");
    }

    /// <summary>A duration, or a plain number of nanoseconds, as Go's constants convert.</summary>
    private static long Nanoseconds(FunctionCall call) =>
        call.Arguments[0] is { Kind: TemplateKind.Duration } duration ? duration.AsNanoseconds : call.Integer(0);

    private static long Rounded(long nanoseconds, long unit)
    {
        if (unit <= 0)
        {
            return nanoseconds;
        }
        var rest = Math.Abs(nanoseconds % unit);
        var down = nanoseconds - (nanoseconds % unit);
        // Half away from zero; a result that does not fit any more stays where it is.
        var away = rest >= unit - rest ? (Int128)down + (nanoseconds < 0 ? -unit : unit) : down;
        return (long)Int128.Clamp(away, long.MinValue, long.MaxValue);
    }

    private static TemplateValue Named(string typeName, int number, string name) => TemplateValue.From(new NamedNumber(typeName, number, name));

    /// <summary>Go's months and weekdays: numbers that print as names.</summary>
    internal sealed record NamedNumber(string TypeName, int Number, string Name) : ITemplateObject
    {

        public string OwnText => Name;

        public bool TryGetField(string name, out TemplateValue value)
        {
            value = name == "String" ? TemplateValue.From(new TemplateFunction(name, 0, _ => Name)) : TemplateValue.Nil;
            return !value.IsNil;
        }
    }
}
