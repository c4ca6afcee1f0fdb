namespace Observability.Collector.Receiving.Otlp.Json;

/// <summary>Enum names of OTLP, which some writers of JSON use instead of the numbers that the specification asks for.</summary>
internal static class OtlpEnums
{
    /// <summary><c>ERROR2</c> → 18; 0 for a name that is none.</summary>
    public static int SeverityNumberOf(string name)
    {
        var level = name.TrimEnd('2', '3', '4');
        var first = level switch
        {
            "TRACE" => 1,
            "DEBUG" => 5,
            "INFO" => 9,
            "WARN" => 13,
            "ERROR" => 17,
            "FATAL" => 21,
            _ => 0,
        };
        return first == 0 || name.Length == level.Length ? first : first + (name[^1] - '1');
    }

    /// <summary><c>CUMULATIVE</c> → 2; 0 for a name that is none.</summary>
    public static int TemporalityOf(string name) => name switch
    {
        "DELTA" => 1,
        "CUMULATIVE" => 2,
        _ => 0,
    };

    /// <summary><c>SERVER</c> → 2; 0 for a name that is none.</summary>
    public static int SpanKindOf(string name) => name switch
    {
        "INTERNAL" => 1,
        "SERVER" => 2,
        "CLIENT" => 3,
        "PRODUCER" => 4,
        "CONSUMER" => 5,
        _ => 0,
    };

    /// <summary><c>ERROR</c> → 2; 0 for a name that is none.</summary>
    public static int StatusOf(string name) => name switch
    {
        "OK" => 1,
        "ERROR" => 2,
        _ => 0,
    };
}
