using System.Runtime.CompilerServices;
using Observability.ServiceDefaults.Access;
using Observability.Telemetry;

namespace Observability.Portal.Api;

/// <summary>
/// The log store as one actor may see it: only streams of the environments that its key covers (one without counts as <c>unknown</c>), and selected by attributes
/// where a selector names them.
/// </summary>
internal sealed partial class VisibleLogs(ILogSource source, Actor actor) : ILogSource
{
    public async IAsyncEnumerable<LogRecord> SearchAsync(LogSearch search, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Lines that are left out must not use up the limit.
        var left = search.Limit;
        var conditions = new AttributeConditions(search.Stream);
        await foreach (var record in source.SearchAsync(search with { Stream = conditions.Stream, Limit = int.MaxValue }, cancellationToken).WithCancellation(cancellationToken))
        {
            if (!Covers(record.Stream) || !conditions.Accept(record))
            {
                continue;
            }
            yield return record;
            if (--left <= 0)
            {
                yield break;
            }
        }
    }

    // A name can say as much as a value; without a hidden environment the store's own list, which it need not make of streams, is the answer.
    public async Task<IReadOnlyList<string>> LabelNamesAsync(LogRange range, CancellationToken cancellationToken) => actor.CoversEverything
        ? await source.LabelNamesAsync(range, cancellationToken)
        : [.. (await StreamsAsync([], range, cancellationToken)).SelectMany(static stream => stream).Select(static label => label.Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    public async Task<IReadOnlyList<string>> LabelValuesAsync(string name, IReadOnlyList<LabelMatcher> matchers, LogRange range, CancellationToken cancellationToken)
    {
        var streams = await StreamsAsync(matchers, range, cancellationToken);
        return [.. streams.Select(stream => stream[name]).Where(static value => value.Length > 0).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    // Which streams hold an attribute only their records tell; whoever asks waits no longer than for a query.
    public async Task<IReadOnlyList<LabelSet>> StreamsAsync(IReadOnlyList<LabelMatcher> matchers, LogRange range, CancellationToken cancellationToken)
    {
        if (new AttributeConditions(matchers).Others.Count == 0)
        {
            return [.. (await source.StreamsAsync(matchers, range, cancellationToken)).Where(Covers)];
        }
        var found = new HashSet<LabelSet>();
        await foreach (var record in SearchAsync(new LogSearch(range, matchers, []), cancellationToken))
        {
            found.Add(record.Stream);
        }
        return [.. found];
    }

    private bool Covers(LabelSet stream) => actor.Covers(stream[LabelNames.Environment] is { Length: > 0 } name ? name : "unknown");
}
