using System.Runtime.CompilerServices;
using System.Text;
using Observability.LogStore;
using Observability.Telemetry;

namespace Observability.Collector.Tests.Support;

/// <summary>A log store in memory: the Collector's border, so that its tests need no store. Can be away, and can refuse rows.</summary>
internal sealed class MemoryLogStore : ILogStore
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<FrameName, byte[]> _frames = [];
    private readonly SemaphoreSlim _changed = new(0);

    public volatile bool IsAway;

    public Func<string, bool> Refuses { get; set; } = static _ => false;

    public int Attempts { get; private set; }

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_gate)
            {
                return FrameText.Of(_frames.Values.Select(bytes => (ReadOnlyMemory<byte>)bytes));
            }
        }
    }

    public Task<AppendResult> AppendAsync(IReadOnlyList<NamedFrame> frames, CancellationToken cancellationToken)
    {
        Attempts++;
        _changed.Release();
        if (IsAway)
        {
            throw new IOException("connection refused");
        }
        var refused = new List<RefusedRecord>();
        lock (_gate)
        {
            foreach (var (name, bytes) in frames)
            {
                _frames.TryAdd(name, bytes.ToArray());
                var logs = TelemetryFrame.Open(bytes).ReadLogs();
                while (logs.MoveNext())
                {
                    if (Refuses(Encoding.UTF8.GetString(logs.Body)))
                    {
                        refused.Add(new RefusedRecord(name, logs.Row, "field limit"));
                    }
                }
            }
        }
        _changed.Release();
        return Task.FromResult(new AppendResult(refused));
    }

    /// <summary>Waits until a condition about the store holds; fails after ten seconds.</summary>
    public async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (!condition())
        {
            await _changed.WaitAsync(limit.Token);
        }
    }

    public async IAsyncEnumerable<LogRecord> SearchAsync(LogSearch search, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<LogRecord> found;
        lock (_gate)
        {
            found = [.. _frames.Values.SelectMany(Records).Where(record => search.Stream.All(matcher => matcher.Matches(record.Stream[matcher.Name])))];
        }
        found.Reverse();
        foreach (var record in found.Take(search.Limit))
        {
            yield return record;
        }
        await Task.CompletedTask;
    }

    public Task<IReadOnlyList<string>> LabelNamesAsync(LogRange range, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>([]);

    public Task<IReadOnlyList<string>> LabelValuesAsync(string name, IReadOnlyList<LabelMatcher> matchers, LogRange range, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([]);

    public Task<IReadOnlyList<LabelSet>> StreamsAsync(IReadOnlyList<LabelMatcher> matchers, LogRange range, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<LabelSet>>([]);

    public ValueTask DisposeAsync()
    {
        _changed.Dispose();
        return ValueTask.CompletedTask;
    }

    private static List<LogRecord> Records(byte[] bytes)
    {
        var frame = TelemetryFrame.Open(bytes);
        var records = new List<LogRecord>();
        var logs = frame.ReadLogs();
        while (logs.MoveNext())
        {
            var stream = LabelSet.Of(frame.Resources[logs.Resource].StreamLabels.Select(pair => new Label(frame.Text(pair.Name), frame.Text(pair.Value))));
            var body = Encoding.UTF8.GetString(logs.Body);
            var time = logs.TimeUnixNanoseconds;
            var attributes = new List<Label>();
            while (logs.MoveNextAttribute())
            {
                attributes.Add(new Label(frame.Text(logs.AttributeName), Encoding.UTF8.GetString(logs.AttributeText)));
            }
            records.Add(new LogRecord { TimeUnixNanoseconds = time, ReceivedUnixNanoseconds = frame.Header.ReceivedUnixNanoseconds, Body = body, Stream = stream, Attributes = attributes });
        }
        return records;
    }
}
