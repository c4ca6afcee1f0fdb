namespace Observability.StateStore.Tests;

public abstract partial class StateStoreContract
{
    [Fact]
    public async Task Outbox_rows_have_rising_ids_in_the_order_of_commits_and_of_calls()
    {
        await using var store = await OpenAsync();
        await store.CommitAsync(new StateTransaction().Enqueue("intents", "g1", Utf8("1")).Enqueue("intents", "g2", Utf8("2")), Token);
        await store.CommitAsync(new StateTransaction().Put("c", "a", default).Enqueue("audit", "g3", Utf8("3")), Token);
        var rows = await store.OutboxAsync(0, 10, Token);
        Assert.Equal([("intents", "g1", "1"), ("intents", "g2", "2"), ("audit", "g3", "3")], rows.Select(row => (row.Topic, row.Key, Text(row.Content))));
        Assert.True(rows[0].Id < rows[1].Id && rows[1].Id < rows[2].Id);
        Assert.Equal(rows.Skip(1), await store.OutboxAsync(rows[0].Id, 10, Token));
        Assert.Equal(rows.Skip(1).Take(1), await store.OutboxAsync(rows[0].Id, 1, Token));
    }

    [Fact]
    public async Task An_acknowledged_row_is_gone_and_its_id_is_not_given_again()
    {
        await using var store = await OpenAsync();
        await store.CommitAsync(new StateTransaction().Enqueue("t", "1", default).Enqueue("t", "2", default), Token);
        var rows = await store.OutboxAsync(0, 10, Token);
        await store.AcknowledgeOutboxAsync([rows[1].Id, 9999], Token);
        await store.AcknowledgeOutboxAsync([rows[1].Id], Token);
        Assert.Equal(["1"], (await store.OutboxAsync(0, 10, Token)).Select(row => row.Key));
        await store.CommitAsync(new StateTransaction().Enqueue("t", "3", default), Token);
        Assert.True((await store.OutboxAsync(0, 10, Token))[^1].Id > rows[1].Id);
    }

    [Fact]
    public async Task Who_waits_for_the_outbox_is_woken_by_the_next_row()
    {
        await using var store = await OpenAsync();
        var wait = store.WaitForOutboxAsync(0, Token);
        await store.CommitAsync(new StateTransaction().Put("c", "a", default), Token);
        Assert.False(wait.IsCompleted);
        await store.CommitAsync(new StateTransaction().Enqueue("t", "1", default), Token);
        await wait;
        var id = (await store.OutboxAsync(0, 1, Token))[0].Id;
        await store.WaitForOutboxAsync(id - 1, Token);
        Assert.False(store.WaitForOutboxAsync(id, Token).IsCompleted);
    }

    [Fact]
    public async Task A_wait_for_the_outbox_can_be_given_up()
    {
        await using var store = await OpenAsync();
        using var given = new CancellationTokenSource();
        var wait = store.WaitForOutboxAsync(0, given.Token);
        await given.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
    }

    [Fact]
    public async Task A_reader_that_remembers_the_last_id_misses_no_row_of_concurrent_commits()
    {
        await using var store = await OpenAsync();
        var writers = Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            for (var number = 0; number < 50; number++)
            {
                await store.CommitAsync(new StateTransaction().Put("c", $"{writer}/{number}", default).Enqueue("t", $"{writer}/{number:D2}", default), Token);
            }
        }, Token)));
        var seen = new List<string>();
        for (ulong after = 0; seen.Count < 400;)
        {
            await store.WaitForOutboxAsync(after, Token);
            var rows = await store.OutboxAsync(after, 7, Token);
            seen.AddRange(rows.Select(row => row.Key));
            after = rows[^1].Id;
        }
        await writers;
        Assert.Equal(400, seen.Distinct(StringComparer.Ordinal).Count());
        Assert.All(seen.GroupBy(key => key[0]), own => Assert.Equal(own.Order(StringComparer.Ordinal), own));
    }
}
