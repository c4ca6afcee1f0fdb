using System.Text.Json.Serialization;
using Observability.Telemetry;

namespace Observability.RuleEngine.Runs;

/// <summary>One of a pipeline's series: its metric and the one label that tells it from others of the metric (both empty when there is none).</summary>
[method: JsonConstructor]
internal readonly record struct SeriesName(string Metric, string Label, string Value) : IComparable<SeriesName>
{
    public static SeriesName Of(string metric) => new(metric, "", "");

    public static SeriesName Task(string task) => new(RunMetrics.TaskLastRunFailed, LabelNames.Task, task);

    public static SeriesName Result(string metric, string result) => new(metric, RunMetrics.ResultLabel, result);

    [JsonIgnore]
    public bool IsCounter => Metric is RunMetrics.RunsTotal or RunMetrics.DeploymentsTotal;

    public int CompareTo(SeriesName other)
    {
        var byMetric = string.CompareOrdinal(Metric, other.Metric);
        return byMetric != 0 ? byMetric : string.CompareOrdinal(Value, other.Value);
    }
}

/// <summary>Names of the series that Runs writes. Rules, dashboards and documents rely on them.</summary>
internal static class RunMetrics
{
    public const string LastRunFailed = "pipeline_last_run_failed";
    public const string TaskLastRunFailed = "pipeline_task_last_run_failed";
    public const string RunsTotal = "pipeline_runs_total";
    public const string LastRunTimestamp = "pipeline_last_run_timestamp_seconds";
    public const string LastSuccessTimestamp = "pipeline_last_success_timestamp_seconds";
    public const string LastRunDuration = "pipeline_last_run_duration_seconds";
    public const string LastRunQueue = "pipeline_last_run_queue_seconds";
    public const string LastRunRows = "pipeline_last_run_rows";
    public const string Tests = "pipeline_tests";
    public const string DeploymentsTotal = "deployments_total";
    public const string DeploymentLastFailed = "deployment_last_failed";

    public const string ResultLabel = "result";
    public const string TierLabel = "tier";
}

/// <summary>Samples that a change of runs gives, in the order in which they are to be kept.</summary>
internal sealed class RunSamples
{
    public List<MetricSample> Gauges { get; } = [];

    public List<MetricSample> Counters { get; } = [];

    public void Add(in SeriesName name, LabelSet labels, long timestampMilliseconds, double value) =>
        (name.IsCounter ? Counters : Gauges).Add(new MetricSample(labels, timestampMilliseconds, value));
}
