namespace Observability.StateStore;

/// <summary>What one record of the journal does: decided, and independent of what was there before.</summary>
/// <param name="Version">Of every document in it; rises from record to record.</param>
internal sealed record StateChanges(ulong Version)
{
    public List<StateDocument> Written { get; } = [];

    public List<(string Collection, string Key)> Deleted { get; } = [];

    public List<OutboxRow> Enqueued { get; } = [];

    public List<ulong> Acknowledged { get; } = [];

    public List<Lease> Leases { get; } = [];
}
