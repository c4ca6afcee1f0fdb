namespace Observability.Portal.Wording;

/// <summary>Classes, shapes and words of environments, severities and run states: each has its own outline and its word, colour comes third.</summary>
internal static class Names
{
    /// <summary>The order of sections: what hurts most first.</summary>
    private static readonly string[] EnvironmentOrder = ["prod", "staging", "dev", "local"];

    private static readonly string[] SeverityOrder = ["critical", "error", "warning", "info"];

    /// <summary>The plate's class of an environment. Without a class in environments.yaml a declared name looks like staging.</summary>
    public static string PlateOf(string environment) => environment switch
    {
        "prod" => "prod",
        "dev" or "local" => "dev",
        "unknown" or "" => "unknown",
        _ when environment.StartsWith("pr-", StringComparison.Ordinal) => "pr",
        _ => "staging",
    };

    public static int OrderOf(string environment)
    {
        var index = Array.IndexOf(EnvironmentOrder, environment);
        return index >= 0 ? index * 10 : PlateOf(environment) switch { "staging" => 15, "pr" => 100, _ => 200 };
    }

    public static string SeverityOf(string severity) => Array.IndexOf(SeverityOrder, severity) >= 0 ? severity : "error";

    public static int OrderOfSeverity(string severity) => Array.IndexOf(SeverityOrder, SeverityOf(severity));

    public static string WordOfSeverity(string severity) => SeverityOf(severity) switch { "critical" => "Critical", "warning" => "Warning", "info" => "Info", _ => "Error" };

    /// <summary>The severity whose shape a log line of that level shows.</summary>
    public static string SeverityOfLevel(string level) => level switch
    {
        "fatal" or "critical" => "critical",
        "error" => "error",
        "warn" or "warning" => "warning",
        _ => "info",
    };

    public static string WordOfStatus(string status) => status switch { "timed_out" => "timed out", "" => "unknown", _ => status };

    /// <summary>The symbol of a run state in the sprite.</summary>
    public static string SymbolOfStatus(string status) => status switch
    {
        "succeeded" => "r-ok",
        "failed" => "r-failed",
        "timed_out" => "r-timeout",
        "partial" => "r-partial",
        "running" => "r-running",
        "cancelled" => "r-cancelled",
        "skipped" => "r-skipped",
        _ => "r-queued",
    };

    public static bool IsBad(string status) => status is "failed" or "timed_out" or "partial";

    /// <summary>A system's name as its makers write it.</summary>
    public static string SystemOf(string source) => source switch
    {
        "github" => "GitHub Actions",
        "airflow" => "Airflow",
        "databricks" => "Databricks",
        "looker" => "Looker",
        "terraform" => "Terraform",
        "run" => "HTTP report",
        "otlp" => "OpenTelemetry",
        "gitlab" => "GitLab CI",
        "jenkins" => "Jenkins",
        "great-expectations" => "Great Expectations",
        "junit" => "JUnit",
        _ => source,
    };

    /// <summary>A channel as people say it.</summary>
    public static string ChannelOf(string channel) => channel.Split('[')[0] switch
    {
        "slack" => "Slack",
        "email" or "mail" => "Mail",
        "webhook" => "Webhook",
        "preview" => "Preview",
        "pagerduty" => "PagerDuty",
        "msteams" => "Teams",
        var other => other,
    };
}
