using System.Text;
using Observability.Durability;
using Observability.TestKit;

namespace Observability.StateStore.Tests.Journal;

/// <summary>What only this implementation has: a journal, snapshots, and files that can be damaged.</summary>
public sealed class JournalStateStoreTests
{
    private const string SnapshotPath = "/state/state.snapshot";

    private static readonly JournalStateOptions s_options = new()
    {
        Journal = new AppendLogOptions { SegmentBytes = 64 << 10, CapacityBytes = 4 * (64 << 10), CommitMode = CommitMode.Caller },
        SnapshotAfterBytes = 100_000,
    };

    private readonly SimulatedDisk _disk = new(seed: 2);
    private readonly SteppedTime _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Everything_is_the_same_after_a_restart_with_and_without_a_snapshot()
    {
        foreach (var snapshotAfterBytes in new[] { 1, 1 << 20 })
        {
            var disk = new SimulatedDisk(1);
            var options = s_options with { SnapshotAfterBytes = snapshotAfterBytes };
            var store = await JournalStateStore.OpenAsync(disk, "/state", _time, options);
            var lease = (await store.TryAcquireLeaseAsync("engine/0", "one", TimeSpan.FromSeconds(10), Token))!;
            var first = await store.CommitAsync(new StateTransaction().Put("c", "a", "1"u8.ToArray()).Enqueue("t", "k", "m"u8.ToArray()).FencedBy(lease), Token);
            await store.CommitAsync(new StateTransaction().Put("gone", "b", default), Token);
            var removal = await store.CommitAsync(new StateTransaction().Delete("gone", "b"), Token);
            var row = (await store.OutboxAsync(0, 1, Token))[0];

            await using var reopened = await JournalStateStore.OpenAsync(disk.Crash(), "/state", _time, options);
            Assert.Equal(first.Version, (await reopened.GetAsync("c", "a", Token))!.Version);
            Assert.Equal((row.Id, "m"), (await reopened.OutboxAsync(0, 10, Token)).Select(found => (found.Id, Encoding.UTF8.GetString(found.Content.Span))).Single());
            Assert.Null(await reopened.TryAcquireLeaseAsync("engine/0", "two", TimeSpan.FromSeconds(10), Token));
            Assert.Equal(lease.Epoch, (await reopened.RenewLeaseAsync(lease, TimeSpan.FromSeconds(10), Token))!.Epoch);
            await using var changes = reopened.ChangesAsync("gone", 0, Token).GetAsyncEnumerator(Token);
            Assert.True(await changes.MoveNextAsync());
            Assert.Equal(removal.Version, changes.Current);
            await reopened.CommitAsync(new StateTransaction().Put("c", "b", default).Enqueue("t", "k2", default), Token);
            Assert.True((await reopened.GetAsync("c", "b", Token))!.Version > removal.Version);
            Assert.True((await reopened.OutboxAsync(0, 10, Token))[1].Id > row.Id);
        }
    }

    [Fact]
    public async Task Snapshots_keep_the_journal_small_however_much_is_committed()
    {
        await using var store = await OpenAsync();
        for (var number = 0; number < 500; number++)
        {
            Assert.True((await store.CommitAsync(new StateTransaction().Put("c", "a", new byte[5000]), Token)).IsCommitted);
        }
        Assert.Null(store.SnapshotFault);
        Assert.True(_disk.FileExists(SnapshotPath));
        Assert.InRange(_disk.ListFiles("/state/journal").Count, 1, 4);
    }

    [Fact]
    public async Task A_full_disk_refuses_commits_with_the_reason_and_the_store_goes_on_when_there_is_room()
    {
        await using var store = await OpenAsync();
        await store.CommitAsync(new StateTransaction().Put("c", "before", new byte[100]), Token);
        _disk.Faults.CapacityBytes = 70_000;
        var stored = 0;
        CommitOutcome outcome;
        while ((outcome = await store.CommitAsync(new StateTransaction().Put("c", $"k{stored}", new byte[20_000]), Token)).IsCommitted)
        {
            stored++;
        }
        Assert.Equal(CommitStatus.Full, outcome.Status);
        Assert.NotEmpty(outcome.Reason);
        Assert.NotNull(store.SnapshotFault);
        Assert.Null(await store.GetAsync("c", $"k{stored}", Token));
        _disk.Faults.CapacityBytes = long.MaxValue;
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True((await store.CommitAsync(new StateTransaction().Put("c", $"k{stored}", new byte[20_000]), Token)).IsCommitted);
        Assert.NotNull(await store.GetAsync("c", "before", Token));
    }

    [Fact]
    public async Task A_journal_that_filled_up_while_snapshots_failed_gets_room_from_the_next_one()
    {
        await using var store = await OpenAsync(s_options with { SnapshotAfterBytes = 10 << 20 });
        var outcomes = new List<CommitStatus>();
        for (var number = 0; number < 20; number++)
        {
            outcomes.Add((await store.CommitAsync(new StateTransaction().Put("c", "a", new byte[20_000]), Token)).Status);
        }
        Assert.Equal(1, outcomes.Count(status => status == CommitStatus.Full));
        Assert.Equal(CommitStatus.Committed, outcomes[^1]);
    }

    [Fact]
    public async Task A_failed_device_is_an_io_error_and_the_document_keeps_its_version()
    {
        await using var store = await OpenAsync();
        var version = (await store.CommitAsync(new StateTransaction().Put("c", "a", "1"u8.ToArray()), Token)).Version;
        _disk.Faults.FailingFlushes = 1;
        var failed = await Assert.ThrowsAsync<IOException>(() => store.CommitAsync(new StateTransaction().Put("c", "a", "2"u8.ToArray(), version), Token));
        Assert.Contains("flushing", failed.Message, StringComparison.Ordinal);
        Assert.Equal(version, (await store.GetAsync("c", "a", Token))!.Version);
        Assert.True((await store.CommitAsync(new StateTransaction().Put("c", "a", "3"u8.ToArray(), version), Token)).IsCommitted);
    }

    [Fact]
    public async Task Limits_refuse_what_adds_and_let_go_on_what_removes()
    {
        await using var store = await OpenAsync(s_options with { MaximumBytes = 1000, MaximumOutboxRows = 2 });
        Assert.True((await store.CommitAsync(new StateTransaction().Put("c", "a", new byte[900]), Token)).IsCommitted);
        var refused = await store.CommitAsync(new StateTransaction().Put("c", "b", new byte[200]), Token);
        Assert.Equal((CommitStatus.Full, "901 bytes are kept, 1000 are allowed (MaximumBytes)"), (refused.Status, refused.Reason));
        Assert.True((await store.CommitAsync(new StateTransaction().Delete("c", "a"), Token)).IsCommitted);
        Assert.True((await store.CommitAsync(new StateTransaction().Put("c", "b", new byte[200]), Token)).IsCommitted);
        await store.CommitAsync(new StateTransaction().Enqueue("t", "1", default).Enqueue("t", "2", default), Token);
        Assert.Equal(CommitStatus.Full, (await store.CommitAsync(new StateTransaction().Enqueue("t", "3", default), Token)).Status);
        await store.AcknowledgeOutboxAsync([(await store.OutboxAsync(0, 1, Token))[0].Id], Token);
        Assert.True((await store.CommitAsync(new StateTransaction().Enqueue("t", "3", default), Token)).IsCommitted);
    }

    [Fact]
    public async Task A_damaged_snapshot_is_refused_with_its_path()
    {
        await SnapshotAsync();
        _disk.FlipBit(SnapshotPath, 50);
        var refused = await Assert.ThrowsAsync<LogFormatException>(() => OpenAsync());
        Assert.Contains($"'{SnapshotPath}' is damaged", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_snapshot_that_is_gone_is_missed_because_the_journal_does_not_begin_at_one()
    {
        await SnapshotAsync();
        _disk.Delete(SnapshotPath);
        var refused = await Assert.ThrowsAsync<LogFormatException>(() => OpenAsync());
        Assert.Contains("restore the directory from a backup", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_snapshot_of_another_journal_is_refused()
    {
        await SnapshotAsync();
        foreach (var name in _disk.ListFiles("/state/journal"))
        {
            _disk.Delete("/state/journal/" + name);
        }
        var refused = await Assert.ThrowsAsync<LogFormatException>(() => OpenAsync());
        Assert.Contains("does not belong to the journal beside it", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_journal_is_refused_with_the_place()
    {
        await using (var store = await OpenAsync())
        {
            for (var number = 0; number < 5; number++)
            {
                await store.CommitAsync(new StateTransaction().Put("c", "a", new byte[100]), Token);
            }
        }
        _disk.FlipBit("/state/journal/0000000000000001.segment", 4096 + 40);
        var refused = await Assert.ThrowsAsync<LogFormatException>(() => OpenAsync());
        Assert.Contains("damaged at byte 4096: records 1 to 1 are lost", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_closed_store_says_so_also_to_those_who_wait()
    {
        var store = await OpenAsync();
        var wait = store.WaitForOutboxAsync(0, Token);
        await store.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => wait);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await store.GetAsync("c", "a", Token));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => store.CommitAsync(new StateTransaction().Put("c", "a", default), Token));
    }

    [Fact]
    public async Task Commits_of_different_documents_share_flushes()
    {
        var disk = new SimulatedDisk(1);
        await using var store = await JournalStateStore.OpenAsync(disk, "/state", _time);
        var before = disk.Faults.Flushes;
        await Task.WhenAll(Enumerable.Range(0, 500).Select(number => Task.Run(() => store.CommitAsync(new StateTransaction().Put("c", $"{number}", default), Token), Token)));
        Assert.InRange(disk.Faults.Flushes - before, 1, 499);
    }

    private Task<JournalStateStore> OpenAsync(JournalStateOptions? options = null) => JournalStateStore.OpenAsync(_disk, "/state", _time, options ?? s_options);

    private async Task SnapshotAsync()
    {
        await using var store = await OpenAsync();
        for (var number = 0; number < 100; number++)
        {
            await store.CommitAsync(new StateTransaction().Put("c", "a", new byte[5000]), Token);
        }
    }
}
