using System.Globalization;
using System.Text;
using Observability.Durability;
using Observability.TestKit;

namespace Observability.StateStore.Tests.Journal;

/// <summary>One seed is one life of a store with power failures in the middle of any call to the disk, against a model of what was committed.</summary>
public sealed class JournalCrashTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static JournalStateOptions SmallOptions { get; } = new()
    {
        Journal = new AppendLogOptions
        {
            SegmentBytes = 64 << 10,
            CapacityBytes = 4 * (64 << 10),
            CommitMode = CommitMode.Caller,
            NewIncarnation = () => 42,
        },
        SnapshotAfterBytes = 3000,
    };

    [Theory]
    [InlineData(0)]
    [InlineData(250)]
    [InlineData(500)]
    public async Task What_was_committed_is_there_after_any_crash_and_the_outbox_holds_exactly_what_was_not_acknowledged(int firstSeed)
    {
        for (var seed = firstSeed; seed < firstSeed + 250; seed++)
        {
            try
            {
                await LiveAsync(seed);
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"seed {seed}: {exception.Message}", exception);
            }
        }
    }

    private static async Task LiveAsync(int seed)
    {
        var random = new Random(seed);
        var disk = new SimulatedDisk(seed);
        var documents = new Dictionary<string, (ulong Version, string Content)>(StringComparer.Ordinal);
        var outbox = new SortedDictionary<ulong, string>();
        var time = new SteppedTime();
        var written = 0;
        for (var crash = 0; crash < 4; crash++)
        {
            var (store, next) = await OpenThroughCrashesAsync(disk, random, time);
            disk = next;
            await CheckAsync(store, documents, outbox, $"after crash {crash}");
            disk.Faults.PowerLossAfterOperations = random.Next(150);
            try
            {
                while (true)
                {
                    await StepAsync(store, random, documents, outbox, $"content {++written}");
                }
            }
            catch (IOException)
            {
                // The last step has no answer: it is there as a whole or not at all, and the model asks the disk which.
                disk = random.Next(2) == 0 ? disk.Kill() : disk.Crash();
                var reopened = await JournalStateStore.OpenAsync(disk, "/state", time, SmallOptions);
                await AdoptLastStepAsync(reopened, documents, outbox, $"content {written}");
                disk = disk.Crash();
            }
        }
    }

    private static async Task StepAsync(
        JournalStateStore store, Random random, Dictionary<string, (ulong Version, string Content)> documents, SortedDictionary<ulong, string> outbox, string content)
    {
        if (random.Next(4) == 0 && outbox.Count > 0)
        {
            var ids = outbox.Keys.Where(_ => random.Next(2) == 0).ToList();
            await store.AcknowledgeOutboxAsync(ids, Token);
            ids.ForEach(id => outbox.Remove(id));
            return;
        }
        var key = "k" + random.Next(12).ToString(CultureInfo.InvariantCulture);
        var expected = documents.TryGetValue(key, out var present) ? present.Version : StateTransaction.Absent;
        var bytes = Encoding.UTF8.GetBytes(content.PadRight(random.Next(10, 400)));
        var transaction = new StateTransaction().Put("c", key, bytes, expected).Put("c", "last", bytes).Enqueue("t", key, bytes);
        var outcome = await store.CommitAsync(transaction, Token);
        if (outcome.Status == CommitStatus.Full)
        {
            throw new IOException("full");
        }
        Assert.Equal(CommitStatus.Committed, outcome.Status);
        documents[key] = (outcome.Version, content);
        documents["last"] = (outcome.Version, content);
        outbox.Add((await store.OutboxAsync(outbox.Count > 0 ? outbox.Keys.Max() : 0, 100, Token))[^1].Id, content);
    }

    private static async Task<(JournalStateStore Store, SimulatedDisk Disk)> OpenThroughCrashesAsync(SimulatedDisk disk, Random random, SteppedTime time)
    {
        while (true)
        {
            try
            {
                disk.Faults.PowerLossAfterOperations = random.Next(2) == 0 ? null : random.Next(30);
                var store = await JournalStateStore.OpenAsync(disk, "/state", time, SmallOptions);
                disk.Faults.PowerLossAfterOperations = null;
                return (store, disk);
            }
            catch (SimulatedPowerLossException)
            {
                disk = disk.Crash();
            }
        }
    }

    private static async Task AdoptLastStepAsync(
        JournalStateStore store, Dictionary<string, (ulong Version, string Content)> documents, SortedDictionary<ulong, string> outbox, string content)
    {
        var last = await store.GetAsync("c", "last", Token);
        if (last is not null && TextOf(last.Content) == content)
        {
            var row = (await store.OutboxAsync(0, 1000, Token))[^1];
            documents["last"] = (last.Version, content);
            documents[row.Key] = (last.Version, content);
            outbox[row.Id] = content;
            return;
        }
        var left = (await store.OutboxAsync(0, 1000, Token)).Select(row => row.Id).ToHashSet();
        foreach (var id in outbox.Keys.Where(id => !left.Contains(id)).ToList())
        {
            // An acknowledgement that got no answer may have been stored.
            outbox.Remove(id);
        }
    }

    private static async Task CheckAsync(
        JournalStateStore store, Dictionary<string, (ulong Version, string Content)> documents, SortedDictionary<ulong, string> outbox, string when)
    {
        var found = new Dictionary<string, (ulong, string)>(StringComparer.Ordinal);
        await foreach (var document in store.ListAsync("c", "", Token))
        {
            found.Add(document.Key, (document.Version, TextOf(document.Content)));
        }
        Assert.True(documents.Count == found.Count && documents.All(pair => found.TryGetValue(pair.Key, out var there) && there == pair.Value), $"{when}: documents differ");
        var rows = await store.OutboxAsync(0, 10_000, Token);
        Assert.Equal(outbox.Select(pair => (pair.Key, pair.Value)), rows.Select(row => (row.Id, TextOf(row.Content))));
    }

    private static string TextOf(ReadOnlyMemory<byte> content) => Encoding.UTF8.GetString(content.Span).TrimEnd();
}
