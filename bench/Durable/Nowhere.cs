using Observability.LogStore;
using Observability.Messaging;
using Observability.Telemetry;

namespace Observability.Bench.Durable;

/// <summary>A log store that keeps nothing and answers at once, so that what is measured ends at the spool's fsync.</summary>
internal sealed class NowhereLogStore : ILogStore
{
    public Task<AppendResult> AppendAsync(IReadOnlyList<NamedFrame> frames, CancellationToken cancellationToken) => Task.FromResult(AppendResult.AllTaken);

    public IAsyncEnumerable<LogRecord> SearchAsync(LogSearch search, CancellationToken cancellationToken) => AsyncEnumerable.Empty<LogRecord>();

    public Task<IReadOnlyList<string>> LabelNamesAsync(LogRange range, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>([]);

    public Task<IReadOnlyList<string>> LabelValuesAsync(string name, IReadOnlyList<LabelMatcher> matchers, LogRange range, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([]);

    public Task<IReadOnlyList<LabelSet>> StreamsAsync(IReadOnlyList<LabelMatcher> matchers, LogRange range, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<LabelSet>>([]);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>A bus that takes everything at once, or, when it holds, nothing ever: then the spool gives up no frame.</summary>
internal sealed class NowherePublisher(bool holds) : IFramePublisher
{
    public async ValueTask PublishAsync(FrameName name, ReadOnlyMemory<byte> frame, CancellationToken cancellationToken)
    {
        if (holds)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }
    }
}
