using System.Collections.Concurrent;

namespace Observability.Collector.Metrics;

/// <summary>When each source was last heard of. In memory: after a restart a source is unknown until it sends again.</summary>
internal sealed class SourceActivity(TimeProvider time)
{
    /// <summary>Endpoint names come from addresses, so anybody who may send could make up any number of them.</summary>
    private const int MaximumEntries = 1000;

    private readonly ConcurrentDictionary<(string Source, string Endpoint), SourceState> _states = new();

    public void Taken(string source, string endpoint, string environment, long events)
    {
        Change(source, endpoint, state => state with { LastEventAt = time.GetUtcNow(), LastEnvironment = environment, EventsTotal = state.EventsTotal + events });
    }

    public void Failed(string source, string endpoint, string reason)
    {
        Change(source, endpoint, state => state with { LastErrorAt = time.GetUtcNow(), LastError = reason });
    }

    public IReadOnlyList<SourceState> List() =>
        [.. _states.Values.OrderBy(static state => state.Source, StringComparer.Ordinal).ThenBy(static state => state.Endpoint, StringComparer.Ordinal)];

    private void Change(string source, string endpoint, Func<SourceState, SourceState> change)
    {
        var key = (source, endpoint);
        if (_states.ContainsKey(key) || _states.Count < MaximumEntries)
        {
            _states.AddOrUpdate(key, _ => change(new SourceState(source, endpoint)), (_, state) => change(state));
        }
    }
}

/// <summary>One row of <c>/api/v1/sources</c>.</summary>
/// <param name="Source">As in the address; <c>otlp</c> for OTLP, <c>remote-write</c> for Prometheus.</param>
/// <param name="Endpoint">As in the address, or empty; for OTLP <c>logs</c> or <c>metrics</c>.</param>
/// <param name="LastEnvironment">Of the last event.</param>
/// <param name="EventsTotal">Events (records, for OTLP) since this process started.</param>
/// <param name="LastError">Why the last refused request was refused, or the last payload was not understood.</param>
internal sealed record SourceState(
    string Source, string Endpoint, DateTimeOffset? LastEventAt = null, string LastEnvironment = "", long EventsTotal = 0, string LastError = "", DateTimeOffset? LastErrorAt = null);
