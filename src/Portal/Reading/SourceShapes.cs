namespace Observability.Portal.Reading;

/// <summary>One row of the Collector's <c>/api/v1/sources</c>, counted since that process started.</summary>
public sealed record SourceView
{
    public string Source { get; init; } = "";

    public string Endpoint { get; init; } = "";

    public DateTimeOffset? LastEventAt { get; init; }

    public string LastEnvironment { get; init; } = "";

    public long EventsTotal { get; init; }

    public string LastError { get; init; } = "";

    public DateTimeOffset? LastErrorAt { get; init; }
}
