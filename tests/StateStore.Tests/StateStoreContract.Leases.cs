namespace Observability.StateStore.Tests;

public abstract partial class StateStoreContract
{
    private static readonly TimeSpan s_tenSeconds = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_lease_has_one_holder_until_it_expires()
    {
        await using var store = await OpenAsync();
        var first = await store.TryAcquireLeaseAsync("engine/0", "one", s_tenSeconds, Token);
        Assert.Equal(new Lease("engine/0", "one", 1, Time.GetUtcNow() + s_tenSeconds), first);
        Time.Advance(TimeSpan.FromSeconds(9));
        Assert.Null(await store.TryAcquireLeaseAsync("engine/0", "two", s_tenSeconds, Token));
        Assert.NotNull(await store.TryAcquireLeaseAsync("engine/1", "two", s_tenSeconds, Token));
        Time.Advance(TimeSpan.FromSeconds(1));
        var second = await store.TryAcquireLeaseAsync("engine/0", "two", s_tenSeconds, Token);
        Assert.Equal(("two", 2UL), (second!.Holder, second.Epoch));
        Assert.Null(await store.RenewLeaseAsync(first!, s_tenSeconds, Token));
    }

    [Fact]
    public async Task A_renewed_lease_keeps_its_epoch()
    {
        await using var store = await OpenAsync();
        var lease = (await store.TryAcquireLeaseAsync("engine/0", "one", s_tenSeconds, Token))!;
        Time.Advance(TimeSpan.FromSeconds(8));
        lease = (await store.RenewLeaseAsync(lease, s_tenSeconds, Token))!;
        Time.Advance(TimeSpan.FromSeconds(8));
        Assert.Null(await store.TryAcquireLeaseAsync("engine/0", "two", s_tenSeconds, Token));
        var again = await store.TryAcquireLeaseAsync("engine/0", "one", s_tenSeconds, Token);
        Assert.Equal(lease.Epoch, again!.Epoch);
    }

    [Fact]
    public async Task A_holder_that_comes_back_after_expiry_gets_a_new_epoch_or_renews_when_nobody_took_it()
    {
        await using var store = await OpenAsync();
        var lease = (await store.TryAcquireLeaseAsync("engine/0", "one", s_tenSeconds, Token))!;
        Time.Advance(TimeSpan.FromSeconds(11));
        lease = (await store.RenewLeaseAsync(lease, s_tenSeconds, Token))!;
        Assert.Equal(1UL, lease.Epoch);
        Time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(2UL, (await store.TryAcquireLeaseAsync("engine/0", "one", s_tenSeconds, Token))!.Epoch);
    }

    [Fact]
    public async Task A_commit_of_a_former_holder_is_fenced_and_changes_nothing()
    {
        await using var store = await OpenAsync();
        var former = (await store.TryAcquireLeaseAsync("engine/0", "one", s_tenSeconds, Token))!;
        Assert.True((await store.CommitAsync(new StateTransaction().Put("c", "a", Utf8("1")).FencedBy(former), Token)).IsCommitted);
        Time.Advance(s_tenSeconds);
        // Expired, but nobody else acts yet: its writes are still in order.
        Assert.True((await store.CommitAsync(new StateTransaction().Put("c", "a", Utf8("2")).FencedBy(former), Token)).IsCommitted);
        var present = (await store.TryAcquireLeaseAsync("engine/0", "two", s_tenSeconds, Token))!;
        var outcome = await store.CommitAsync(new StateTransaction().Put("c", "a", Utf8("3")).Enqueue("t", "k", default).FencedBy(former), Token);
        Assert.Equal(CommitStatus.Fenced, outcome.Status);
        Assert.Contains("epoch 2", outcome.Reason, StringComparison.Ordinal);
        Assert.Equal("2", Text((await store.GetAsync("c", "a", Token))!.Content));
        Assert.Empty(await store.OutboxAsync(0, 1, Token));
        Assert.True((await store.CommitAsync(new StateTransaction().Put("c", "a", Utf8("4")).FencedBy(present), Token)).IsCommitted);
    }

    [Fact]
    public async Task A_released_lease_is_free_at_once_and_fences_who_released_it()
    {
        await using var store = await OpenAsync();
        var lease = (await store.TryAcquireLeaseAsync("engine/0", "one", s_tenSeconds, Token))!;
        await store.ReleaseLeaseAsync(lease, Token);
        Assert.Equal(CommitStatus.Fenced, (await store.CommitAsync(new StateTransaction().Put("c", "a", default).FencedBy(lease), Token)).Status);
        Assert.Null(await store.RenewLeaseAsync(lease, s_tenSeconds, Token));
        var next = await store.TryAcquireLeaseAsync("engine/0", "two", s_tenSeconds, Token);
        Assert.True(next!.Epoch > lease.Epoch);
        await store.ReleaseLeaseAsync(lease, Token);
        Assert.Equal(next, await store.RenewLeaseAsync(next, s_tenSeconds, Token));
    }

    [Fact]
    public async Task Of_many_who_want_a_free_lease_one_gets_it()
    {
        await using var store = await OpenAsync();
        var leases = await Task.WhenAll(Enumerable.Range(0, 20).Select(number =>
            Task.Run(() => store.TryAcquireLeaseAsync("engine/0", $"holder {number}", s_tenSeconds, Token), Token)));
        Assert.Single(leases, lease => lease is not null);
    }

    [Fact]
    public async Task A_transaction_of_an_unknown_lease_is_fenced()
    {
        await using var store = await OpenAsync();
        Assert.Equal(CommitStatus.Fenced, (await store.CommitAsync(new StateTransaction().Put("c", "a", default).FencedBy("nobody", 1), Token)).Status);
    }
}
