using Observability.StateStore;

namespace Observability.RuleEngine.Deciding;

/// <summary>
/// The right to decide: the lease <c>engine/main</c>. Renewed at a third of its life; not used any more once two thirds have passed without a renewal, so
/// that a holder whose store is away stops before another can begin.
/// </summary>
internal sealed class DecisionLease(IStateStore store, string holder, TimeProvider time)
{
    public const string Name = "engine/main";

    public static readonly TimeSpan Duration = TimeSpan.FromSeconds(10);

    private Lease? _lease;
    private DateTimeOffset _renewedAt;

    /// <summary>The lease when it is held and fresh enough to act on, else null.</summary>
    public async Task<Lease?> HoldAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (_lease is null)
        {
            _lease = await store.TryAcquireLeaseAsync(Name, holder, Duration, cancellationToken);
            _renewedAt = now;
        }
        else if (now - _renewedAt >= Duration / 3)
        {
            _lease = await store.RenewLeaseAsync(_lease, Duration, cancellationToken);
            _renewedAt = now;
        }
        return _lease is not null && now - _renewedAt < Duration * 2 / 3 ? _lease : null;
    }
}
