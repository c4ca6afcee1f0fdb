namespace Observability.Telemetry;

/// <summary>How bad an alert is. The numbers are on disk and on the wire: they never change.</summary>
public enum Severity
{
    Info = 1,
    Warning = 2,
    Error = 3,
    Critical = 4,
}

/// <summary>Reading and writing of severities, and OpenTelemetry's severity numbers of log records.</summary>
public static class SeverityText
{
    /// <summary>Names that senders and rule files use. Whatever is not listed is <see cref="Severity.Error"/>, and the caller reports it.</summary>
    public static bool TryParse(string text, out Severity severity)
    {
        (var known, severity) = text.Trim().ToLowerInvariant() switch
        {
            "critical" or "crit" or "fatal" or "page" or "emergency" or "p1" => (true, Severity.Critical),
            "error" or "err" or "high" or "major" or "p2" => (true, Severity.Error),
            "warning" or "warn" or "medium" or "minor" or "p3" => (true, Severity.Warning),
            "info" or "information" or "notice" or "low" or "none" or "p4" or "p5" => (true, Severity.Info),
            _ => (false, Severity.Error),
        };
        return known;
    }

    /// <summary>The label value: lower case.</summary>
    public static string ToLabel(this Severity severity) => severity switch
    {
        Severity.Info => "info",
        Severity.Warning => "warning",
        Severity.Error => "error",
        _ => "critical",
    };

    /// <summary>The level of a log record, from OpenTelemetry's severity number (logs data model, "SeverityNumber").</summary>
    public static string LevelOf(int severityNumber) => severityNumber switch
    {
        <= 0 => "unknown",
        <= 4 => "trace",
        <= 8 => "debug",
        <= 12 => "info",
        <= 16 => "warn",
        <= 20 => "error",
        _ => "fatal",
    };

    /// <summary>The first severity number of a level; 0 for an unknown level.</summary>
    public static int NumberOf(string level) => level.Trim().ToLowerInvariant() switch
    {
        "trace" => 1,
        "debug" => 5,
        "info" or "information" or "notice" => 9,
        "warn" or "warning" => 13,
        "error" or "err" => 17,
        "fatal" or "critical" or "crit" or "emergency" => 21,
        _ => 0,
    };
}
