using System.Text.Json;
using Observability.Contracts;
using Observability.Notifier.Rendering;
using Observability.StateStore;

namespace Observability.Notifier.Recording;

/// <summary>
/// What the Notifier keeps: each intent as it came, its row (status, attempts) and what it looked like. Three documents a notice, because the row
/// changes with each attempt and the others are thirty times as big.
/// </summary>
/// <remarks>A store that has no room or is away is an <see cref="IOException"/>: whoever handed over the intent keeps it and comes again.</remarks>
internal sealed class NoticeStore(IStateStore store)
{
    private const string Intents = "intents";
    private const string Deliveries = "deliveries";
    private const string Renderings = "renderings";
    private const string Claims = "claims";
    private const string EpochKey = "epoch";

    /// <summary>The number of this start; higher than that of every start before.</summary>
    public async Task<ulong> ClaimEpochAsync(CancellationToken cancellationToken)
    {
        var read = await store.GetAsync(Claims, EpochKey, cancellationToken);
        var epoch = read is null ? 1 : JsonSerializer.Deserialize(read.Content.Span, NoticeStoreJson.Default.UInt64) + 1;
        var content = JsonSerializer.SerializeToUtf8Bytes(epoch, NoticeStoreJson.Default.UInt64);
        await CommitAsync(new StateTransaction().Put(Claims, EpochKey, content, read?.Version ?? StateTransaction.Absent), cancellationToken);
        return epoch;
    }

    /// <summary>All rows, in no particular order.</summary>
    public async IAsyncEnumerable<StoredRow> RowsAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var document in store.ListAsync(Deliveries, "", cancellationToken))
        {
            yield return new StoredRow(JsonSerializer.Deserialize(document.Content.Span, DeliveryJson.Default.DeliveryRow)!, document.Version);
        }
    }

    public async Task<StoredRow?> RowAsync(string id, CancellationToken cancellationToken) =>
        await store.GetAsync(Deliveries, id, cancellationToken) is { } document
            ? new StoredRow(JsonSerializer.Deserialize(document.Content.Span, DeliveryJson.Default.DeliveryRow)!, document.Version)
            : null;

    public async Task<NotificationIntent?> IntentAsync(string id, CancellationToken cancellationToken) =>
        await store.GetAsync(Intents, id, cancellationToken) is { } document
            ? JsonSerializer.Deserialize(document.Content.Span, ContractJson.Default.NotificationIntent)
            : null;

    public async Task<RenderedNotice?> RenderingAsync(string id, CancellationToken cancellationToken) =>
        await store.GetAsync(Renderings, id, cancellationToken) is { } document ? RenderingCodec.Decode(document.Content.Span) : null;

    /// <summary>Stores new notices together with changes of others, all or nothing.</summary>
    /// <returns>False when one of the new ones is already there; nothing was changed then.</returns>
    public async Task<bool> AddAsync(IReadOnlyList<NewNotice> added, IReadOnlyList<StoredRow> changed, CancellationToken cancellationToken)
    {
        var transaction = new StateTransaction();
        foreach (var (intent, row) in added)
        {
            transaction.Put(Intents, intent.Id, JsonSerializer.SerializeToUtf8Bytes(intent, ContractJson.Default.NotificationIntent), StateTransaction.Absent);
            transaction.Put(Deliveries, row.Id, JsonSerializer.SerializeToUtf8Bytes(row, DeliveryJson.Default.DeliveryRow), StateTransaction.Absent);
        }
        foreach (var (row, version) in changed)
        {
            transaction.Put(Deliveries, row.Id, JsonSerializer.SerializeToUtf8Bytes(row, DeliveryJson.Default.DeliveryRow), version);
        }
        var outcome = await store.CommitAsync(transaction, cancellationToken);
        if (outcome.Status == CommitStatus.VersionConflict && added.Any(notice => outcome.Conflict?.Key == notice.Intent.Id))
        {
            return false;
        }
        ThrowUnlessCommitted(outcome);
        return true;
    }

    /// <summary>Changes a row, and what the notice looks like when <paramref name="rendering"/> is given.</summary>
    public async Task<StoredRow> ChangeAsync(StoredRow row, CancellationToken cancellationToken, RenderedNotice? rendering = null)
    {
        var transaction = new StateTransaction()
            .Put(Deliveries, row.Row.Id, JsonSerializer.SerializeToUtf8Bytes(row.Row, DeliveryJson.Default.DeliveryRow), row.Version);
        if (rendering is not null)
        {
            transaction.Put(Renderings, row.Row.Id, RenderingCodec.Encode(rendering));
        }
        return row with { Version = await CommitAsync(transaction, cancellationToken) };
    }

    public async Task RemoveAsync(IEnumerable<string> ids, CancellationToken cancellationToken)
    {
        var transaction = new StateTransaction();
        foreach (var id in ids)
        {
            transaction.Delete(Intents, id).Delete(Deliveries, id).Delete(Renderings, id);
        }
        await CommitAsync(transaction, cancellationToken);
    }

    private async Task<ulong> CommitAsync(StateTransaction transaction, CancellationToken cancellationToken)
    {
        var outcome = await store.CommitAsync(transaction, cancellationToken);
        ThrowUnlessCommitted(outcome);
        return outcome.Version;
    }

    private static void ThrowUnlessCommitted(CommitOutcome outcome)
    {
        if (outcome.Status == CommitStatus.Full)
        {
            throw new IOException($"the Notifier's store has no room: {outcome.Reason}");
        }
        if (!outcome.IsCommitted)
        {
            // One process owns the store and one lane owns a row: a conflict is a bug here, and a fence means that somebody else took over.
            throw new InvalidOperationException($"a row of the Notifier was changed by somebody else: {outcome.Status} {outcome.Conflict}");
        }
    }
}

/// <param name="Version">The stored version that a change is based on.</param>
internal sealed record StoredRow(DeliveryRow Row, ulong Version);

internal sealed record NewNotice(NotificationIntent Intent, DeliveryRow Row);

[System.Text.Json.Serialization.JsonSerializable(typeof(ulong))]
internal sealed partial class NoticeStoreJson : System.Text.Json.Serialization.JsonSerializerContext;
