using Observability.Telemetry;

namespace Observability.Portal.Tests;

/// <summary>A log store to which lines are added while it is read.</summary>
internal sealed class GrowingLogSource(params IReadOnlyList<LogRecord> records) : ILogSource
{
    private IReadOnlyList<LogRecord> _records = records;

    private ListLogSource Now => new(Volatile.Read(ref _records));

    public void Add(params IReadOnlyList<LogRecord> records) => Volatile.Write(ref _records, [.. _records, .. records]);

    public IAsyncEnumerable<LogRecord> SearchAsync(LogSearch search, CancellationToken cancellationToken) => Now.SearchAsync(search, cancellationToken);

    public Task<IReadOnlyList<string>> LabelNamesAsync(LogRange range, CancellationToken cancellationToken) => Now.LabelNamesAsync(range, cancellationToken);

    public Task<IReadOnlyList<string>> LabelValuesAsync(string name, IReadOnlyList<LabelMatcher> matchers, LogRange range, CancellationToken cancellationToken) => Now.LabelValuesAsync(name, matchers, range, cancellationToken);

    public Task<IReadOnlyList<LabelSet>> StreamsAsync(IReadOnlyList<LabelMatcher> matchers, LogRange range, CancellationToken cancellationToken) => Now.StreamsAsync(matchers, range, cancellationToken);
}
