using Observability.RuleEngine.Runs;
using Observability.Telemetry;

namespace Observability.RuleEngine.Tests.Runs;

/// <summary>Short ways to write run events, and to read what a catalog made of them.</summary>
internal static class Reports
{
    public const long Now = 1_795_262_400_000;
    public const long Minute = 60_000;
    public const long Hour = 60 * Minute;

    public static RunEvent Of(string runId, RunStatus status, long at, string error = "", int attempt = 1) => new()
    {
        Source = "dbt",
        Pipeline = "orders",
        RunId = runId,
        Attempt = attempt,
        Status = status,
        EventTimeMilliseconds = at,
        FinishedAtMilliseconds = status.IsFinished() ? at : null,
        Error = error,
    };

    public static RunChanges Take(this RunCatalog catalog, RunEvent report, long now = Now, string environment = "prod") => catalog.Apply([report], environment, now);

    /// <summary>The last value written of each series, staleness markers removing it.</summary>
    public static SortedDictionary<string, double> Values(params IEnumerable<RunSamples> written)
    {
        var values = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (var (labels, _, value) in written.SelectMany(samples => samples.Counters.Concat(samples.Gauges)))
        {
            values[labels.ToString()] = value;
            if (StalenessMarker.IsStale(value))
            {
                values.Remove(labels.ToString());
            }
        }
        return values;
    }

    public static double? ValueOf(RunSamples samples, string metric, params (string Name, string Value)[] labels)
    {
        var found = samples.Counters.Concat(samples.Gauges).LastOrDefault(sample =>
            sample.Labels[LabelSet.MetricName] == metric && labels.All(label => sample.Labels[label.Name] == label.Value));
        return found.Labels is null ? null : found.Value;
    }

    public static LabelSet Alert(string task = "") =>
        LabelSet.Of(("alertname", "PipelineRunFailed"), ("environment", "prod"), ("source", "dbt"), ("pipeline", "orders"), ("task", task));
}
