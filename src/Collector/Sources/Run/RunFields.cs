using System.Text.Json;
using Observability.Telemetry;

namespace Observability.Collector.Sources.Run;

/// <summary>Reads the fields of one run strictly and remembers the first that is wrong, with its path.</summary>
internal sealed class RunFields(JsonElement run, string prefix)
{
    /// <summary>Names become labels and parts of notices; texts beyond it are errors, not names.</summary>
    private const int MaximumNameLength = 512;

    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    public (string Reason, string Position)? Error { get; private set; }

    public void RequireObject()
    {
        if (run.ValueKind != JsonValueKind.Object)
        {
            Fail("", "must be an object");
        }
    }

    public void Fail(string name, string what) => Error ??= (name.Length == 0 ? $"the run {what}" : $"'{name}' {what}", prefix + (name.Length == 0 ? "$" : name));

    public string Text(string name, bool required = false, bool allowsNumber = false)
    {
        var value = Get(name);
        var text = value.ValueKind == JsonValueKind.String || (allowsNumber && value.ValueKind == JsonValueKind.Number) ? run.Text(name) : "";
        if (value.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null or JsonValueKind.String) && !(allowsNumber && value.ValueKind == JsonValueKind.Number))
        {
            Fail(name, "must be a string");
        }
        else if (required && string.IsNullOrWhiteSpace(text))
        {
            Fail(name, "is required");
        }
        else if (name != "error" && name != "url" && text.Length > MaximumNameLength)
        {
            Fail(name, $"is longer than {MaximumNameLength} characters");
        }
        return text;
    }

    public RunStatus Status(string name)
    {
        var text = Text(name, required: true);
        if (Error is null && !RunStatusText.TryParse(text, out _))
        {
            Fail(name, $"is '{text}'; expected queued, running, succeeded, failed, cancelled, skipped, timed_out or partial");
        }
        return RunStatusText.TryParse(text, out var status) ? status : RunStatus.Failed;
    }

    public long? Integer(string name, long minimum, long maximum)
    {
        var value = Get(name);
        if (value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
        {
            return null;
        }
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= minimum && number <= maximum)
        {
            return number;
        }
        Fail(name, $"must be a whole number from {minimum} to {maximum}");
        return null;
    }

    public long? Time(string name)
    {
        var value = Get(name);
        if (value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
        {
            return null;
        }
        if (value.ValueKind == JsonValueKind.String && JsonFields.TryParseTime(run.Text(name), out var milliseconds))
        {
            return milliseconds;
        }
        Fail(name, "must be a time in ISO 8601, for example 2026-11-21T06:30:00Z");
        return null;
    }

    /// <summary>A misspelt name would be a value that silently does not count.</summary>
    public void RequireKnownNames()
    {
        if (run.ValueKind != JsonValueKind.Object)
        {
            return;
        }
        foreach (var member in run.EnumerateObject())
        {
            if (!_known.Contains(member.Name))
            {
                Fail(member.Name, $"is not a field of a run; known: {string.Join(", ", _known.Order(StringComparer.Ordinal))}");
            }
        }
    }

    private JsonElement Get(string name)
    {
        _known.Add(name);
        return run.At(name);
    }
}
