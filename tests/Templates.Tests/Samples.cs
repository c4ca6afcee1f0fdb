namespace Observability.Templates.Tests;

/// <summary>Data and functions that several tests share.</summary>
internal static class Samples
{
    public static readonly DateTimeOffset Now = new(2026, 11, 21, 10, 30, 0, TimeSpan.Zero);

    public static TemplateFunctions NotificationFunctions { get; } = TemplateFunctions.Alertmanager(new StoppedClock(Now));

    public static NotificationData Notification { get; } = new()
    {
        Receiver = "team-orders",
        ExternalUrl = "http://obs.example:8080",
        GroupLabels = new LabelData([new("alertname", "PipelineFailed"), new("environment", "prod")]),
        Alerts =
        [
            new AlertData
            {
                Status = AlertData.Firing,
                Labels = new LabelData([new("alertname", "PipelineFailed"), new("environment", "prod"), new("pipeline", "orders_daily")]),
                Annotations = new LabelData([new("summary", "orders_daily failed: \"unique_id\" <null>"), new("runbook", "http://wiki/run")]),
                StartsAt = new TemplateTime(new DateTimeOffset(2026, 11, 21, 9, 0, 5, 250, TimeSpan.Zero)),
                GeneratorUrl = "http://obs.example:8080/runs/1?a=1&b=2",
                Fingerprint = "00a1",
            },
            new AlertData
            {
                Status = AlertData.Resolved,
                Labels = new LabelData([new("alertname", "PipelineFailed"), new("environment", "prod"), new("pipeline", "stock")]),
                Annotations = new LabelData([new("summary", "stock failed"), new("runbook", "http://wiki/run")]),
                StartsAt = new TemplateTime(new DateTimeOffset(2026, 11, 21, 8, 0, 0, TimeSpan.Zero)),
                EndsAt = new TemplateTime(new DateTimeOffset(2026, 11, 21, 9, 30, 0, TimeSpan.Zero)),
                GeneratorUrl = "http://obs.example:8080/runs/2",
                Fingerprint = "00a2",
            },
        ],
    };

    /// <summary>Renders a text over <see cref="Notification"/>.</summary>
    public static string Notify(string text) => Template.Parse("case", text, NotificationFunctions).Render(TemplateValue.From(Notification));

    internal sealed class StoppedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
