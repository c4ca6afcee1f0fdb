using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Observability.Durability;
using Observability.LogStore.Segments.Deleting;
using Observability.LogStore.Segments.Files;
using Observability.LogStore.Segments.Rows;
using Observability.LogStore.Segments.Searching;
using Observability.Telemetry;

namespace Observability.LogStore.Segments;

/// <summary>
/// The embedded log store: rows in memory until they are flushed as a segment, segments merged and deleted in the background. An append returns when its
/// rows can be found; they are durable with the next flush, and until then their frames are still needed (<see cref="AppendResult.Durable"/>).
/// </summary>
public sealed partial class SegmentLogStore : ILogStore, ILogCounting
{
    /// <summary>Filters kept in memory: about five bytes a record, so those of the newest twelve million.</summary>
    private const long BloomBytes = 64L << 20;

    private readonly IDisk _disk;
    private readonly SegmentStoreOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly LogStoreMetrics _metrics = new();
    private readonly SegmentDirectory _directory;
    private readonly IDisposable _directoryLock;
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly TombstoneFile _tombstoneFile;
    private readonly BloomCache _blooms = new(BloomBytes);
    private readonly SemaphoreSlim _writing = new(1);
    private readonly ITimer _timer;
    private readonly Task _background;

    /// <summary>Guards everything below.</summary>
    private readonly Lock _gate = new();
    private readonly AppliedMarks _marks;
    private List<Segment> _segments;
    private List<Tombstone> _tombstones;
    private Head _current;
    private Head? _flushing;

    /// <summary>Rows of a head that was flushed, empty, for the head after next. A search that reads them for long costs their room, nothing else.</summary>
    private HeadRows? _spare;
    private bool _isClosed;

    private SegmentLogStore(IDisk disk, SegmentStoreOptions options, TimeProvider time, ILogger logger, IDisposable directoryLock)
    {
        (_disk, _options, _time, _logger, _directoryLock) = (disk, options, time, logger, directoryLock);
        _directory = new SegmentDirectory(disk, options.Directory, logger, _metrics);
        _tombstoneFile = new TombstoneFile(disk, options.Directory);
        _segments = _directory.OpenAll();
        _tombstones = _tombstoneFile.Read();
        _marks = _segments.Count == 0 ? new AppliedMarks() : _segments[^1].ReadMarks();
        _current = new Head(_directory.NextFlush());
        _metrics.Observe(() => HeadBytes, () => Volatile.Read(ref _segments).Count);
        _timer = time.CreateTimer(static wake => ((Channel<bool>)wake!).Writer.TryWrite(true), _wake, options.FlushInterval, options.FlushInterval);
        _background = Task.Run(RunInBackgroundAsync);
    }

    private long HeadBytes
    {
        get
        {
            lock (_gate)
            {
                return _current.Rows.Bytes + (_flushing?.Rows.Bytes ?? 0);
            }
        }
    }

    /// <summary>Opens the directory, or makes it. What was never flushed is not in it: the sender still has those frames.</summary>
    /// <exception cref="DirectoryLockedException">Another process uses it.</exception>
    /// <exception cref="LogFormatException">A newer version of this program wrote a segment.</exception>
    /// <exception cref="IOException">The disk failed.</exception>
    public static SegmentLogStore Open(IDisk disk, SegmentStoreOptions options, TimeProvider time, ILogger<SegmentLogStore> logger)
    {
        ArgumentNullException.ThrowIfNull(disk);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        var directoryLock = disk.LockDirectory(options.Directory);
        try
        {
            return new SegmentLogStore(disk, options, time, logger, directoryLock);
        }
        catch
        {
            directoryLock.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<AppendResult> AppendAsync(IReadOnlyList<NamedFrame> frames, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(frames);
        var refused = new List<RefusedRecord>();
        foreach (var frame in frames)
        {
            if (HeadBytes >= _options.MaximalHeadBytes)
            {
                // The disk is slower than the sender. Waiting here is what tells it.
                await FlushAsync(cancellationToken);
            }
            if (Apply(frame) is { } refusal)
            {
                refused.Add(refusal);
                Log.FrameUnreadable(_logger, refusal.Name.ToString(), refusal.Row, refusal.Reason);
            }
        }
        _metrics.Refused(refused.Count);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            // A repeat of a frame that waits in memory is as durable as the frame itself; one that is in a segment is already.
            var waitsFor = _current.Rows.Count > 0 ? _current : _flushing;
            return new AppendResult(refused) { Durable = waitsFor?.Durable.Task ?? Task.CompletedTask };
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<LogRecord> SearchAsync(LogSearch search, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(search);
        // Searching blocks on the disk; the caller's thread is not the one to do that.
        await Task.Yield();
        await using var merged = new MergedSearch(new SearchPlan(search), BeginSearch(), ReportDamage);
        for (var left = search.Limit; left > 0; left--)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (await merged.NextAsync(cancellationToken) is not { } record)
            {
                yield break;
            }
            yield return record;
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> LabelNamesAsync(LogRange range, CancellationToken cancellationToken)
    {
        var streams = await StreamsAsync([], range, cancellationToken);
        return [.. streams.SelectMany(stream => stream.Select(label => label.Name)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> LabelValuesAsync(string name, IReadOnlyList<LabelMatcher> matchers, LogRange range, CancellationToken cancellationToken)
    {
        var streams = await StreamsAsync(matchers, range, cancellationToken);
        return [.. streams.Select(stream => stream[name]).Where(value => value.Length > 0).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<LabelSet>> StreamsAsync(IReadOnlyList<LabelMatcher> matchers, LogRange range, CancellationToken cancellationToken)
    {
        await Task.Yield();
        using var scope = BeginSearch();
        return [.. new StreamSearch(new SearchPlan(range, matchers), ReportDamage).Find(scope, cancellationToken)];
    }

    /// <inheritdoc/>
    public async Task<LogCounts> CountAsync(LogCountQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        await Task.Yield();
        using var scope = BeginSearch();
        return new CountSearch(query, ReportDamage).Count(scope, cancellationToken);
    }

    /// <summary>Flushes what is in memory, if the disk lets it, and closes. What cannot be flushed is still with the sender.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return;
            }
            _isClosed = true;
        }
        await _timer.DisposeAsync();
        _wake.Writer.TryComplete();
        await _background;
        try
        {
            await FlushAsync(CancellationToken.None);
        }
        catch (IOException exception)
        {
            var closed = new IOException("the log store closed before the rows were durable; send the frames again after its next start", exception);
            _flushing?.Durable.TrySetException(closed);
            _current.Durable.TrySetException(closed);
        }
        foreach (var segment in _segments)
        {
            segment.Release();
        }
        _metrics.Dispose();
        _writing.Dispose();
        _directoryLock.Dispose();
    }

    private RefusedRecord? Apply(NamedFrame named)
    {
        TelemetryFrame? frame = null;
        (int Row, string Reason)? fault = null;
        try
        {
            frame = TelemetryFrame.Open(named.Bytes);
        }
        catch (FrameFormatException exception)
        {
            fault = (0, exception.Message);
        }
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            // A frame that is refused is marked too, or its gap would stay for ever; a repeat of it is refused again, the first answer may have been lost.
            var isNew = _marks.Add(named.Name);
            if (frame is not null)
            {
                fault = isNew ? AddRows(frame) : HeadRows.FirstFault(frame);
            }
        }
        return fault is { } unreadable ? new RefusedRecord(named.Name, unreadable.Row, unreadable.Reason) : null;
    }

    private (int Row, string Reason)? AddRows(TelemetryFrame frame)
    {
        var before = _current.Rows.Count;
        var fault = _current.Rows.Add(frame);
        _metrics.Taken(_current.Rows.Count - before);
        if (_current.Rows.Bytes >= _options.FlushBytes)
        {
            _wake.Writer.TryWrite(true);
        }
        return fault;
    }

    private SearchScope BeginSearch()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            // Under the lock no segment of the list can have been given up.
            var segments = _segments.Where(segment => segment.TryUse()).ToList();
            var read = new List<Head>();
            foreach (var head in (ReadOnlySpan<Head?>)[_flushing, _current])
            {
                if (head is not null && head.Rows.Count > 0)
                {
                    head.Readers++;
                    read.Add(head);
                }
            }
            return new SearchScope(segments, [.. read.Select(head => (head.Flush, head.Rows.Snapshot()))], _tombstones, _blooms, () => EndSearch(read));
        }
    }

    private void EndSearch(List<Head> read)
    {
        lock (_gate)
        {
            read.ForEach(static head => head.Readers--);
        }
    }

    private void ReportDamage(SegmentBlock block, SegmentDamagedException exception)
    {
        if (block.MarkDamaged())
        {
            _metrics.Damaged();
            Log.BlockDamaged(_logger, block.RowCount, exception.Message);
        }
    }
}
