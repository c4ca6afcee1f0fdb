using Observability.Notifier.Channels;
using Observability.Notifier.Recording;

namespace Observability.Notifier.Delivering;

/// <summary>One turn of a group: settle what the message replaces, attempt it, record what follows from the result.</summary>
internal sealed class DeliveryStep(
    DeliveryPath path, NoticeJournal journal, Fallback fallback, Backoff backoff, DeliveryLimits limits, NotifierMetrics metrics, TimeProvider time,
    ILogger<DeliveryStep> logger)
{
    /// <summary>Told of rows that this step adds: notices to the fallback receiver.</summary>
    public event Action<DeliveryRow>? Added;

    public async Task<TurnEnd> RunAsync(QueueTurn turn, CancellationToken cancellationToken)
    {
        AttemptedDelivery attempted;
        try
        {
            var stored = await SupersedeAsync(turn, cancellationToken);
            attempted = await AttemptAsync(stored, cancellationToken);
        }
        catch (IOException exception)
        {
            // Nothing was sent: the attempt could not even be recorded.
            Log.StoreAway(logger, exception.Message, limits.StorePause.TotalSeconds);
            return new TurnEnd(time.GetUtcNow() + limits.StorePause, PausesEndpoint: true);
        }
        return await SettleAsync(attempted, cancellationToken);
    }

    /// <summary>Attempts a stored notice once, whatever waits before it, and gives up on failure: for tests that a person asked for.</summary>
    public async Task<DeliveryRow> RunOnceAsync(DeliveryRow row, CancellationToken cancellationToken)
    {
        var stored = await journal.RowAsync(row.Id, cancellationToken) ?? throw new InvalidOperationException($"notice {row.Id} is not stored");
        var attempted = await AttemptAsync(stored, cancellationToken);
        var final = FinalRow(attempted);
        await journal.ChangeAsync(attempted.Row with { Row = final }, cancellationToken);
        return final;
    }

    /// <summary>The older ones of the turn are settled, the newest takes over since when somebody waits and whether the beginning is still untold.</summary>
    private async Task<StoredRow> SupersedeAsync(QueueTurn turn, CancellationToken cancellationToken)
    {
        var rows = new List<StoredRow>();
        foreach (var entry in turn.Entries)
        {
            rows.Add(await journal.RowAsync(entry.Id, cancellationToken) ?? throw new InvalidOperationException($"notice {entry.Id} waits and is not stored"));
        }
        var newest = rows[^1];
        // A store that was away in the last turn may have settled them already.
        var older = rows.SkipLast(1).Where(stored => !stored.Row.IsSettled).ToList();
        if (older.Count == 0)
        {
            return newest;
        }
        var now = time.GetUtcNow();
        var tellsTheBeginning = newest.Row.TellsTheBeginning || older.Exists(stored => stored.Row.Ordinal == stored.Row.Incident || stored.Row.TellsTheBeginning);
        var changed = older.ConvertAll(stored => stored with
        {
            Row = stored.Row with { Status = NoticeStatus.Superseded, SupersededBy = newest.Row.Id, SettledAt = now },
        });
        changed.Add(newest with
        {
            Row = newest.Row with { WaitingSince = older.Min(stored => stored.Row.WaitingSince), TellsTheBeginning = tellsTheBeginning },
        });
        await journal.AddAsync([], changed, cancellationToken);
        return await journal.RowAsync(newest.Row.Id, cancellationToken) ?? newest;
    }

    private async Task<AttemptedDelivery> AttemptAsync(StoredRow stored, CancellationToken cancellationToken)
    {
        try
        {
            return await path.AttemptAsync(stored, cancellationToken);
        }
        catch (Exception exception) when (exception is not (IOException or OperationCanceledException))
        {
            // A fault of this program must neither stop the endpoint nor swallow the alert: it is logged with its trace, recorded, and somebody else is told.
            Log.Fault(logger, exception, stored.Row.Id);
            var current = await journal.RowAsync(stored.Row.Id, cancellationToken) ?? stored;
            var failed = new AttemptRow
            {
                At = time.GetUtcNow(),
                Epoch = journal.Epoch,
                Outcome = DeliveryOutcome.Misconfigured,
                Detail = $"a fault of this program: {exception.GetType().Name}",
            };
            var attempts = current.Row.Attempts.Count > stored.Row.Attempts.Count ? current.Row.Attempts.SkipLast(1) : current.Row.Attempts;
            return new AttemptedDelivery(
                current with { Row = current.Row with { Attempts = [.. attempts, failed] } },
                new DeliveryResult(DeliveryOutcome.Misconfigured, failed.Detail), "", IsKept: false);
        }
    }

    private async Task<TurnEnd> SettleAsync(AttemptedDelivery attempted, CancellationToken cancellationToken)
    {
        var row = attempted.Row.Row;
        var result = attempted.Result;
        var now = time.GetUtcNow();
        var failures = row.Attempts.Count(attempt => attempt.Outcome is not null);
        var retryAt = now + (result.RetryAfter ?? backoff.PauseAfter(Math.Max(1, failures)));
        if (result.MayRetry && retryAt < row.WaitingSince + limits.Deadline)
        {
            await StoreAsync(() => journal.ChangeAsync(attempted.Row, cancellationToken), cancellationToken);
            Log.WillRetry(logger, row.Receiver, row.Integration, result.Outcome, result.Detail, row.Attempts.Count, row.Id, retryAt);
            return new TurnEnd(retryAt, PausesEndpoint: result.RetryAfter is not null || result.Outcome == DeliveryOutcome.Unreachable);
        }
        var final = FinalRow(attempted);
        var instead = await fallback.NoticesForAsync(final, cancellationToken);
        await StoreAsync(() => journal.AddAsync(instead, [attempted.Row with { Row = final }], cancellationToken), cancellationToken);
        if (final.Status == NoticeStatus.Failed)
        {
            metrics.GivenUp(final.Integration.Split('[', 2)[0]);
            var told = instead.Count == 0 ? "nobody" : string.Join(", ", instead.Select(notice => $"{notice.Row.Receiver} {notice.Row.Integration}"));
            Log.GivenUp(logger, final.Id, final.Receiver, final.Integration, final.Reason, told);
        }
        foreach (var notice in instead)
        {
            Added?.Invoke(notice.Row);
        }
        return TurnEnd.Settled;
    }

    private DeliveryRow FinalRow(AttemptedDelivery attempted)
    {
        var row = attempted.Row.Row with { SettledAt = time.GetUtcNow() };
        if (attempted.Result.Outcome == DeliveryOutcome.Delivered)
        {
            return row with
            {
                Status = attempted.IsKept ? NoticeStatus.Kept : NoticeStatus.Delivered,
                Reason = attempted.PreviewReason.Length > 0 ? attempted.PreviewReason : row.Reason,
            };
        }
        return row with { Status = NoticeStatus.Failed, Reason = $"{attempted.Result.Outcome}: {attempted.Result.Detail}" };
    }

    /// <summary>What was sent must be recorded: a store that is away is waited for, because sending again would tell it twice.</summary>
    private async Task StoreAsync(Func<Task> commit, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await commit();
                return;
            }
            catch (IOException exception)
            {
                Log.StoreAway(logger, exception.Message, limits.StorePause.TotalSeconds);
                await Task.Delay(limits.StorePause, time, cancellationToken);
            }
        }
    }
}

/// <param name="RetryAt">Null: settled.</param>
/// <param name="PausesEndpoint">Nothing else of this endpoint is tried before.</param>
internal readonly record struct TurnEnd(DateTimeOffset? RetryAt, bool PausesEndpoint)
{
    public static TurnEnd Settled => default;
}
