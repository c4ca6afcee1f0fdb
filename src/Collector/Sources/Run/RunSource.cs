using System.Globalization;
using System.Text.Json;
using Observability.Collector.Receiving.Signatures;
using Observability.Telemetry;

namespace Observability.Collector.Sources.Run;

/// <summary>
/// Our own run JSON: what a cron job posts with one curl. Strict, unlike the other sources: whoever writes it can correct it, so a wrong field refuses the
/// request and names the field.
/// </summary>
internal sealed class RunSource : ISource
{
    /// <summary>Events of one request. Bigger: one request that holds up others; a backfill is sent in several.</summary>
    private const int MaximumEvents = 1000;

    public string Name => "run";

    public SignatureScheme Signature { get; } = new(SignatureAlgorithm.HmacSha256, "X-Signature", "sha256=");

    public bool TakesForms => false;

    public SourceResult Read(SourcePayload payload)
    {
        if (payload.Json.ValueKind == JsonValueKind.Object)
        {
            return Read(payload, [payload.Json], static _ => "");
        }
        if (payload.Json.ValueKind != JsonValueKind.Array)
        {
            return SourceResult.Invalid("a run is an object, or several are an array of objects", "$");
        }
        var count = payload.Json.GetArrayLength();
        if (count is 0 or > MaximumEvents)
        {
            return SourceResult.Invalid($"the array holds {count} runs; 1 to {MaximumEvents} are taken in one request", "$");
        }
        return Read(payload, [.. payload.Json.EnumerateArray()], static index => string.Create(CultureInfo.InvariantCulture, $"[{index}]."));
    }

    private static SourceResult Read(SourcePayload payload, IReadOnlyList<JsonElement> items, Func<int, string> prefixOf)
    {
        var events = new List<RunEvent>(items.Count);
        for (var index = 0; index < items.Count; index++)
        {
            var fields = new RunFields(items[index], prefixOf(index));
            var runEvent = ReadOne(fields, payload);
            if (fields.Error is { } error)
            {
                return SourceResult.Invalid(error.Reason, error.Position);
            }
            events.Add(runEvent);
        }
        return SourceResult.Understood(events);
    }

    private static RunEvent ReadOne(RunFields fields, SourcePayload payload)
    {
        fields.RequireObject();
        var status = fields.Status("status");
        var started = fields.Time("started_at");
        var finished = fields.Time("finished_at");
        if (finished < started)
        {
            fields.Fail("finished_at", "is before started_at");
        }
        var runEvent = new RunEvent
        {
            Source = fields.Text("source", required: true),
            Pipeline = fields.Text("pipeline", required: true),
            Environment = fields.Text("environment", required: true),
            Status = status,
            RunId = fields.Text("run_id", required: true, allowsNumber: true),
            Attempt = (int)(fields.Integer("attempt", 1, int.MaxValue) ?? 1),
            Task = fields.Text("task"),
            EventTimeMilliseconds = (status.IsFinished() ? finished ?? started : started) ?? payload.ReceivedMilliseconds,
            StartedAtMilliseconds = started,
            FinishedAtMilliseconds = status.IsFinished() ? finished ?? payload.ReceivedMilliseconds : null,
            Url = fields.Text("url"),
            Error = fields.Text("error"),
            Rows = fields.Integer("rows", 0, long.MaxValue),
            Commit = fields.Text("commit"),
            OwnerHint = fields.Text("owner"),
        };
        fields.RequireKnownNames();
        return runEvent.OwnerHint.Length == 0 ? runEvent : runEvent with { OwnerHintOrigin = "owner" };
    }
}
