using System.Text;

namespace Observability.StateStore.Tests;

/// <summary>What every store must do. An implementation derives from it; one that does not, does not merge.</summary>
public abstract partial class StateStoreContract
{
    private protected SteppedTime Time { get; } = new();

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>An empty store whose clock is <see cref="Time"/>.</summary>
    protected abstract Task<IStateStore> OpenAsync();

    [Fact]
    public async Task A_document_is_read_as_it_was_written()
    {
        await using var store = await OpenAsync();
        Assert.Null(await store.GetAsync("alerts", "a", Token));
        var outcome = await store.CommitAsync(new StateTransaction().Put("alerts", "a", Utf8("{\"ü\":1}")), Token);
        Assert.Equal(CommitStatus.Committed, outcome.Status);
        var document = await store.GetAsync("alerts", "a", Token);
        Assert.Equal(("alerts", "a", outcome.Version, "{\"ü\":1}"), (document!.Collection, document.Key, document.Version, Text(document.Content)));
        Assert.NotEqual(StateTransaction.Absent, outcome.Version);
    }

    [Fact]
    public async Task A_buffer_may_be_used_again_once_the_commit_is_done()
    {
        await using var store = await OpenAsync();
        var buffer = Utf8("first");
        await store.CommitAsync(new StateTransaction().Put("c", "a", buffer).Enqueue("t", "k", buffer), Token);
        buffer.AsSpan().Fill((byte)'x');
        Assert.Equal("first", Text((await store.GetAsync("c", "a", Token))!.Content));
        Assert.Equal("first", Text((await store.OutboxAsync(0, 1, Token))[0].Content));
    }

    [Fact]
    public async Task A_write_that_expects_another_version_changes_nothing_and_names_the_document()
    {
        await using var store = await OpenAsync();
        var version = (await store.CommitAsync(new StateTransaction().Put("c", "a", Utf8("1")), Token)).Version;
        var outcome = await store.CommitAsync(
            new StateTransaction().Put("c", "b", Utf8("2")).Enqueue("t", "k", Utf8("m")).Put("c", "a", Utf8("2"), expectedVersion: version + 7), Token);
        Assert.Equal(CommitStatus.VersionConflict, outcome.Status);
        Assert.Equal(new DocumentConflict("c", "a", version + 7, version), outcome.Conflict);
        Assert.Null(await store.GetAsync("c", "b", Token));
        Assert.Empty(await store.OutboxAsync(0, 10, Token));
        Assert.Equal("1", Text((await store.GetAsync("c", "a", Token))!.Content));
    }

    [Fact]
    public async Task Absent_means_only_when_new()
    {
        await using var store = await OpenAsync();
        Assert.True((await store.CommitAsync(new StateTransaction().Put("c", "a", Utf8("1"), StateTransaction.Absent), Token)).IsCommitted);
        Assert.Equal(CommitStatus.VersionConflict, (await store.CommitAsync(new StateTransaction().Put("c", "a", Utf8("2"), StateTransaction.Absent), Token)).Status);
    }

    [Fact]
    public async Task What_a_decision_rests_on_can_be_expected_without_being_written()
    {
        await using var store = await OpenAsync();
        var read = (await store.CommitAsync(new StateTransaction().Put("c", "route", Utf8("1")), Token)).Version;
        Assert.True((await store.CommitAsync(new StateTransaction().Expect("c", "route", read).Put("c", "a", Utf8("1")), Token)).IsCommitted);
        Assert.Equal(read, (await store.GetAsync("c", "route", Token))!.Version);
        await store.CommitAsync(new StateTransaction().Put("c", "route", Utf8("2")), Token);
        Assert.Equal(CommitStatus.VersionConflict, (await store.CommitAsync(new StateTransaction().Expect("c", "route", read).Put("c", "a", Utf8("2")), Token)).Status);
    }

    [Fact]
    public async Task Versions_rise_also_across_a_deletion()
    {
        await using var store = await OpenAsync();
        var first = (await store.CommitAsync(new StateTransaction().Put("c", "a", Utf8("1")), Token)).Version;
        await store.CommitAsync(new StateTransaction().Delete("c", "a", first), Token);
        Assert.Null(await store.GetAsync("c", "a", Token));
        var second = (await store.CommitAsync(new StateTransaction().Put("c", "a", Utf8("1"), StateTransaction.Absent), Token)).Version;
        Assert.True(second > first);
        Assert.Equal(CommitStatus.VersionConflict, (await store.CommitAsync(new StateTransaction().Delete("c", "a", first), Token)).Status);
    }

    [Fact]
    public async Task Deleting_what_is_not_there_is_no_error()
    {
        await using var store = await OpenAsync();
        Assert.True((await store.CommitAsync(new StateTransaction().Delete("c", "nothing"), Token)).IsCommitted);
    }

    [Fact]
    public async Task A_listing_has_the_documents_with_the_prefix_in_order_of_their_keys()
    {
        await using var store = await OpenAsync();
        foreach (var key in new[] { "b/2", "a", "b/10", "b", "c", "b/1", "B/1" })
        {
            await store.CommitAsync(new StateTransaction().Put("c", key, Utf8(key)), Token);
        }
        await store.CommitAsync(new StateTransaction().Put("other", "b/3", Utf8("")).Delete("c", "b/2"), Token);
        Assert.Equal(["b/1", "b/10"], await KeysAsync(store, "b/"));
        Assert.Equal(["B/1", "a", "b", "b/1", "b/10", "c"], await KeysAsync(store, ""));
        Assert.Empty(await KeysAsync(store, "x"));
    }

    [Fact]
    public async Task A_listing_shows_one_instant_whatever_is_committed_meanwhile()
    {
        await using var store = await OpenAsync();
        for (var number = 0; number < 100; number++)
        {
            await store.CommitAsync(new StateTransaction().Put("c", $"k{number:D3}", Utf8("before")), Token);
        }
        var seen = 0;
        await foreach (var document in store.ListAsync("c", "", Token))
        {
            if (seen++ == 0)
            {
                await store.CommitAsync(new StateTransaction().Delete("c", "k050").Put("c", "k099", Utf8("after")).Put("c", "k999", Utf8("after")), Token);
            }
            Assert.Equal("before", Text(document.Content));
        }
        Assert.Equal(100, seen);
    }

    [Fact]
    public async Task Of_many_who_raise_the_same_counter_each_step_is_won_once()
    {
        await using var store = await OpenAsync();
        await store.CommitAsync(new StateTransaction().Put("c", "counter", Utf8("0")), Token);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var raised = 0; raised < 25;)
            {
                var read = (await store.GetAsync("c", "counter", Token))!;
                var next = Utf8((int.Parse(Text(read.Content), null) + 1).ToString(null, null));
                raised += (await store.CommitAsync(new StateTransaction().Put("c", "counter", next, read.Version).Enqueue("t", "", next), Token)).IsCommitted ? 1 : 0;
            }
        }, Token)));
        Assert.Equal("200", Text((await store.GetAsync("c", "counter", Token))!.Content));
        var told = (await store.OutboxAsync(0, 1000, Token)).Select(row => int.Parse(Text(row.Content), null));
        Assert.Equal(Enumerable.Range(1, 200), told);
    }

    [Fact]
    public async Task The_changes_of_a_collection_are_told_from_the_version_that_was_seen()
    {
        await using var store = await OpenAsync();
        var first = (await store.CommitAsync(new StateTransaction().Put("config", "a", Utf8("1")), Token)).Version;
        await using var changes = store.ChangesAsync("config", 0, Token).GetAsyncEnumerator(Token);
        Assert.True(await changes.MoveNextAsync());
        Assert.Equal(first, changes.Current);
        var next = changes.MoveNextAsync().AsTask();
        await store.CommitAsync(new StateTransaction().Put("other", "a", Utf8("1")), Token);
        Assert.False(next.IsCompleted);
        var second = (await store.CommitAsync(new StateTransaction().Delete("config", "a"), Token)).Version;
        Assert.True(await next);
        Assert.Equal(second, changes.Current);
    }

    [Fact]
    public void A_document_may_be_named_once_in_a_transaction()
    {
        var refused = Assert.Throws<ArgumentException>(() => new StateTransaction().Put("c", "a", default).Delete("c", "a"));
        Assert.Contains("already names 'a' in 'c'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_too_long_is_refused_with_the_limit()
    {
        Assert.Contains("1024", Assert.Throws<ArgumentException>(() => new StateTransaction().Put("c", new string('k', 1025), default)).Message, StringComparison.Ordinal);
        Assert.Contains("64", Assert.Throws<ArgumentException>(() => new StateTransaction().Put(new string('ü', 40), "a", default)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "4194304", Assert.Throws<ArgumentException>(() => new StateTransaction().Put("c", "a", new byte[StateLimits.ContentBytes + 1])).Message, StringComparison.Ordinal);
    }

    private protected static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private protected static string Text(ReadOnlyMemory<byte> content) => Encoding.UTF8.GetString(content.Span);

    private static async Task<List<string>> KeysAsync(IStateStore store, string prefix)
    {
        var keys = new List<string>();
        await foreach (var document in store.ListAsync("c", prefix, Token))
        {
            keys.Add(document.Key);
        }
        return keys;
    }
}
