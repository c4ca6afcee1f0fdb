using Observability.Contracts;
using Observability.Notifier.Rendering;

namespace Observability.Notifier.Recording;

/// <summary>
/// The stored notices and a small index of them in memory: what is waiting, and what a list of the newest needs. The index holds about 300 bytes a
/// notice; texts stay in the store.
/// </summary>
internal sealed class NoticeJournal(NoticeStore store)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, NoticeSummary> _byId = new(StringComparer.Ordinal);
    private readonly SortedSet<NoticeSummary> _byTime = new(NoticeSummary.NewestFirst);
    private readonly HashSet<(string Endpoint, string GroupKey, long Incident)> _fallenBack = [];
    private IReadOnlyList<DeliveryRow> _left = [];

    /// <summary>The number of this start; stands in each attempt.</summary>
    public ulong Epoch { get; private set; }

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _byId.Count;
            }
        }
    }

    /// <summary>What an earlier start left undelivered, the oldest first. Asked once.</summary>
    public IReadOnlyList<DeliveryRow> Waiting() => Interlocked.Exchange(ref _left, []);

    /// <summary>Reads what there is. Attempts that were under way when the process ended stay without an outcome.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        Epoch = await store.ClaimEpochAsync(cancellationToken);
        var waiting = new List<DeliveryRow>();
        await foreach (var (row, _) in store.RowsAsync(cancellationToken))
        {
            Remember(row);
            if (!row.IsSettled)
            {
                waiting.Add(row);
            }
        }
        _left = [.. waiting.OrderBy(row => row.ReceivedAt).ThenBy(row => row.Ordinal)];
    }

    public Task<StoredRow?> RowAsync(string id, CancellationToken cancellationToken) => store.RowAsync(id, cancellationToken);

    public Task<NotificationIntent?> IntentAsync(string id, CancellationToken cancellationToken) => store.IntentAsync(id, cancellationToken);

    public Task<RenderedNotice?> RenderingAsync(string id, CancellationToken cancellationToken) => store.RenderingAsync(id, cancellationToken);

    /// <inheritdoc cref="NoticeStore.AddAsync"/>
    public async Task<bool> AddAsync(IReadOnlyList<NewNotice> added, IReadOnlyList<StoredRow> changed, CancellationToken cancellationToken)
    {
        if (!await store.AddAsync(added, changed, cancellationToken))
        {
            return false;
        }
        foreach (var row in added.Select(notice => notice.Row).Concat(changed.Select(stored => stored.Row)))
        {
            Remember(row);
        }
        return true;
    }

    public async Task<StoredRow> ChangeAsync(StoredRow row, CancellationToken cancellationToken, RenderedNotice? rendering = null)
    {
        var changed = await store.ChangeAsync(row, cancellationToken, rendering);
        Remember(row.Row);
        return changed;
    }

    /// <summary>Ids of the newest notices that a filter accepts.</summary>
    public IReadOnlyList<string> Newest(Func<NoticeSummary, bool> accepts, int limit)
    {
        lock (_gate)
        {
            return [.. _byTime.Where(accepts).Take(limit).Select(summary => summary.Id)];
        }
    }

    /// <summary>An earlier notice of the same conversation failed, so the fallback receiver was told.</summary>
    public bool HasFallenBack(DeliveryRow row)
    {
        lock (_gate)
        {
            return _fallenBack.Contains((row.Endpoint, row.GroupKey, row.Incident));
        }
    }

    /// <summary>Removes settled notices that were received before <paramref name="oldest"/>, and the oldest of those above <paramref name="most"/>.</summary>
    public async Task<int> ForgetAsync(DateTimeOffset oldest, int most, CancellationToken cancellationToken)
    {
        // Bounded, so that one commit stays small; the next round goes on.
        const int MostAtOnce = 200;
        List<NoticeSummary> leaving;
        lock (_gate)
        {
            var excess = _byId.Count - most;
            leaving = [.. _byTime.Reverse().Where(summary => summary.Status != NoticeStatus.Waiting)
                .Where((summary, index) => summary.At < oldest || index < excess).Take(MostAtOnce)];
        }
        if (leaving.Count > 0)
        {
            await store.RemoveAsync(leaving.Select(summary => summary.Id), cancellationToken);
            lock (_gate)
            {
                foreach (var summary in leaving)
                {
                    _byId.Remove(summary.Id);
                    _byTime.Remove(summary);
                    _fallenBack.Remove((DeliveryRow.EndpointOf(summary.Receiver, summary.Integration), summary.GroupKey, summary.Incident));
                }
            }
        }
        return leaving.Count;
    }

    private void Remember(DeliveryRow row)
    {
        var summary = NoticeSummary.Of(row);
        lock (_gate)
        {
            if (_byId.Remove(row.Id, out var before))
            {
                _byTime.Remove(before);
            }
            if (row.Status == NoticeStatus.Failed)
            {
                _fallenBack.Add((row.Endpoint, row.GroupKey, row.Incident));
            }
            _byId.Add(row.Id, summary);
            _byTime.Add(summary);
        }
    }
}

/// <summary>What lists and filters look at.</summary>
internal sealed record NoticeSummary(
    string Id, DateTimeOffset At, long Ordinal, string Receiver, string Integration, string GroupKey, long Incident, string Environment,
    NoticeStatus Status, IntentKind Kind, IReadOnlyList<string> Fingerprints)
{
    /// <summary>Newest first; within one moment in the order of decision, then by id so that none is taken for another.</summary>
    public static IComparer<NoticeSummary> NewestFirst { get; } = Comparer<NoticeSummary>.Create((left, right) =>
        right.At.CompareTo(left.At) is not 0 and var byTime ? byTime
        : right.Ordinal.CompareTo(left.Ordinal) is not 0 and var byOrdinal ? byOrdinal
        : string.CompareOrdinal(left.Id, right.Id));

    public static NoticeSummary Of(DeliveryRow row) => new(
        row.Id, row.ReceivedAt, row.Ordinal, row.Receiver, row.Integration, row.GroupKey, row.Incident, row.Environment,
        row.Status, row.Kind, row.Fingerprints);
}
