using System.Text;
using Observability.Telemetry;

namespace Observability.Collector.Normalizing;

/// <summary>Writes a run event into a frame: the event for the engine, and log rows about it and its failed tasks, so that it is found by search.</summary>
internal static class RunRows
{
    /// <summary>Failed tasks that get a row of their own. Bigger: a broken project floods the log; the event itself holds every task anyway.</summary>
    public const int MaximumTaskRows = 50;

    public static void Write(TelemetryBatchWriter writer, RunEvent runEvent, ResolvedEnvironment environment, long receivedUnixNanoseconds, TimeSpan mayBeOff)
    {
        writer.AddRun(runEvent);
        // A recording of years ago belongs where it was received: nobody looks for it in the past, and retention would drop it at once.
        var eventTime = runEvent.EventTimeMilliseconds * 1_000_000;
        var isFarOff = Math.Abs(receivedUnixNanoseconds / 1_000_000 - runEvent.EventTimeMilliseconds) > mayBeOff.TotalMilliseconds;
        var time = isFarOff ? receivedUnixNanoseconds : eventTime;
        WriteRow(writer, runEvent, runEvent.Task, runEvent.Status, RunText.Line(runEvent), runEvent.Error, environment, time, isFarOff);
        foreach (var task in runEvent.Tasks.Where(static task => task.Status.IsFailure()).Take(MaximumTaskRows))
        {
            WriteRow(writer, runEvent, task.Name, task.Status, RunText.Line(runEvent, task), task.Error, environment, time, isFarOff);
        }
    }

    private static void WriteRow(TelemetryBatchWriter writer, RunEvent runEvent, string task, RunStatus status, string line, string error,
        ResolvedEnvironment environment, long time, bool isFarOff)
    {
        List<TextPair> labels =
        [
            Pair(writer, LabelNames.Environment, environment.Name), Pair(writer, LabelNames.Source, runEvent.Source), Pair(writer, LabelNames.Pipeline, runEvent.Pipeline),
        ];
        if (task.Length > 0)
        {
            labels.Add(Pair(writer, LabelNames.Task, task));
        }
        var resource = writer.AddResource([.. labels], []);
        writer.BeginLog();
        Add(writer, AttributeNames.EnvironmentRaw, environment.Raw);
        Add(writer, AttributeNames.PipelineName, runEvent.Pipeline);
        Add(writer, AttributeNames.PipelineRunId, runEvent.RunId);
        Add(writer, AttributeNames.PipelineRunUrl, runEvent.Url);
        Add(writer, AttributeNames.TaskName, task);
        Add(writer, task.Length > 0 ? AttributeNames.TaskRunResult : AttributeNames.PipelineResult, RunText.Result(status) ?? "");
        Add(writer, AttributeNames.PipelineRunState, RunText.State(status) ?? "");
        Add(writer, AttributeNames.Revision, runEvent.Commit);
        Add(writer, AttributeNames.Branch, runEvent.Branch);
        Add(writer, AttributeNames.ExceptionMessage, error);
        Add(writer, "deployment.id", runEvent.DeploymentId);
        Add(writer, "obs.delivery_id", runEvent.DeliveryId);
        if (runEvent.Attempt > 1)
        {
            writer.AddAttribute(writer.Intern("obs.attempt"), (long)runEvent.Attempt);
        }
        if (runEvent.Rows is { } rows)
        {
            writer.AddAttribute(writer.Intern("obs.rows"), rows);
        }
        if (isFarOff)
        {
            Add(writer, "obs.event_time", DateTimeOffset.FromUnixTimeMilliseconds(runEvent.EventTimeMilliseconds).ToString("O", System.Globalization.CultureInfo.InvariantCulture));
        }
        writer.EndLog(resource, time, RunText.SeverityNumber(status), Encoding.UTF8.GetBytes(line), default, default);
    }

    private static TextPair Pair(TelemetryBatchWriter writer, string name, string value) => new(writer.Intern(name), writer.Intern(value));

    private static void Add(TelemetryBatchWriter writer, string name, string value)
    {
        if (value.Length > 0)
        {
            writer.AddAttribute(writer.Intern(name), Encoding.UTF8.GetBytes(value));
        }
    }
}
