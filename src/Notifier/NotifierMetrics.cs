using System.Diagnostics.Metrics;
using Observability.Notifier.Channels;

namespace Observability.Notifier;

/// <summary>What the Notifier measures about itself.</summary>
internal sealed class NotifierMetrics
{
    private readonly Counter<long> _attempts;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _templateErrors;
    private readonly Histogram<double> _durations;

    public NotifierMetrics(IMeterFactory meters)
    {
        // The factory owns the meter.
        var meter = meters.Create("Observability");
        _attempts = meter.CreateCounter<long>("obs_delivery_attempts", description: "Attempts to deliver a notice, by channel and outcome");
        _failures = meter.CreateCounter<long>("obs_delivery_failures", description: "Notices given up, by channel");
        _templateErrors = meter.CreateCounter<long>("obs_template_errors", description: "Templates of receivers that failed; the default text was sent");
        _durations = meter.CreateHistogram<double>("obs_delivery_duration", "s", "Duration of an attempt");
    }

    public void Attempted(string channel, DeliveryOutcome outcome, TimeSpan duration)
    {
        _attempts.Add(1, new("channel", channel), new("outcome", outcome.ToString()));
        _durations.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("channel", channel));
    }

    public void GivenUp(string channel) => _failures.Add(1, new KeyValuePair<string, object?>("channel", channel));

    public void TemplateFailed() => _templateErrors.Add(1);
}
