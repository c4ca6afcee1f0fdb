namespace Observability.Portal.Reading;

/// <summary>One row of the Collector's <c>/api/v1/sources</c>, counted since that process started.</summary>
public sealed record SourceView
{
    public string Source { get; set; } = "";

    public string Endpoint { get; set; } = "";

    public DateTimeOffset? LastEventAt { get; init; }

    public string LastEnvironment { get; set; } = "";

    public long EventsTotal { get; init; }

    public string LastError { get; set; } = "";

    public DateTimeOffset? LastErrorAt { get; init; }
}
