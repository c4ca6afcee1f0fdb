using System.Globalization;
using System.Text.Json.Serialization;
using Observability.Telemetry;

namespace Observability.RuleEngine.Runs;

/// <summary>What runs again and again: one pipeline, or one deployment target, in one environment. Names are unique only within a source.</summary>
[method: JsonConstructor]
internal readonly record struct PipelineKey(RunKind Kind, string Source, string Pipeline, string Environment);

/// <summary>One attempt of one run. Attempts of the same run id belong to the same incident.</summary>
[method: JsonConstructor]
internal readonly record struct RunKey(PipelineKey Pipeline, string RunId, int Attempt)
{
    /// <summary>
    /// A run that its sender did not name is known by when it started, else by when it ended, else by the event's own time: the most that two reports of
    /// one run have in common.
    /// </summary>
    public static RunKey Of(RunEvent runEvent, string environment)
    {
        var runId = runEvent.RunId;
        if (runId.Length == 0)
        {
            var at = runEvent.StartedAtMilliseconds ?? runEvent.FinishedAtMilliseconds ?? runEvent.EventTimeMilliseconds;
            runId = "at-" + DateTimeOffset.FromUnixTimeMilliseconds(at).ToString("yyyyMMdd'T'HHmmss.fff'Z'", CultureInfo.InvariantCulture);
        }
        return new RunKey(new PipelineKey(runEvent.Kind, runEvent.Source, runEvent.Pipeline, environment), runId, Math.Max(1, runEvent.Attempt));
    }

    /// <summary>The run's address in the API, all attempts together: sixteen hex digits.</summary>
    [JsonIgnore]
    public string Id => StableHash.OfParts(Pipeline.Kind.ToString(), Pipeline.Source, Pipeline.Pipeline, Pipeline.Environment, RunId).ToString("x16", CultureInfo.InvariantCulture);
}
