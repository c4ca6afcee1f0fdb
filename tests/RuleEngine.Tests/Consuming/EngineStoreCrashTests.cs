using Microsoft.Extensions.Logging.Abstractions;
using Observability.Durability;
using Observability.RuleEngine.Consuming;
using Observability.RuleEngine.Tests.Runs;
using Observability.Telemetry;
using Observability.TestKit;

namespace Observability.RuleEngine.Tests.Consuming;

/// <summary>The machine loses its power at any call to the disk; the next start makes the state of exactly what was acknowledged, or of that and the group under way.</summary>
public sealed class EngineStoreCrashTests
{
    private const int CrashesPerSeed = 25;

    private static readonly EngineOptions Options = new() { Journal = new AppendLogOptions { SegmentBytes = 64 << 10, CapacityBytes = 1 << 20, CommitMode = CommitMode.Caller, NewIncarnation = () => 9 } };

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 80)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task State_after_any_crash_is_that_of_the_acknowledged_records(int seed)
    {
        var random = new Random(seed);
        var disk = new SimulatedDisk(seed);
        using var expected = new EngineState(Options, NullLogger.Instance);
        ulong sequence = 0;
        for (var crash = 0; crash < CrashesPerSeed; crash++)
        {
            disk.Faults.PowerLossAfterOperations = random.Next(1, 120);
            var underWay = await RunUntilPowerLossAsync(disk, random, expected, () => ++sequence);
            disk = disk.Crash();
            await using var store = EngineStore.Open(disk, "/engine", Options, NullLogger.Instance);
            var actual = EngineFrames.Picture(store.State);
            if (actual != EngineFrames.Picture(expected))
            {
                // The group that was being written when the power went may be there, whole.
                Apply(expected, underWay);
                Assert.True(actual == EngineFrames.Picture(expected), $"seed {seed}, crash {crash}: the state is neither that of the acknowledged records nor of those and the last group");
            }
        }
        Assert.True(expected.AppliedSequence > CrashesPerSeed, "so few records were acknowledged that nothing was tested");
    }

    [Fact]
    public async Task After_a_snapshot_the_journal_is_trimmed_and_the_state_comes_from_both()
    {
        var disk = new SimulatedDisk(1);
        var records = new List<byte[]>();
        string before;
        await using (var store = EngineStore.Open(disk, "/engine", Options, NullLogger.Instance))
        {
            for (ulong i = 1; i <= 600; i++)
            {
                var group = Group(new Random((int)i), () => i, 1);
                Assert.True((await store.CommitAsync([.. group.Select(record => (ReadOnlyMemory<byte>)record)])).IsAppended);
                records.AddRange(group);
                if (i % 200 == 0)
                {
                    store.WriteSnapshot(store.State.Capture());
                }
            }
            Assert.True(store.JournalBytes <= 2 * Options.Journal.SegmentBytes, $"the journal still has {store.JournalBytes} bytes");
            before = EngineFrames.Picture(store.State);
        }
        Assert.Equal(PictureOf(records), before);
        await using var again = EngineStore.Open(disk, "/engine", Options, NullLogger.Instance);
        Assert.Equal(before, EngineFrames.Picture(again.State));
    }

    [Fact]
    public async Task A_full_journal_refuses_and_changes_nothing()
    {
        await using var store = EngineStore.Open(new SimulatedDisk(1), "/engine", Options, NullLogger.Instance);
        var sequence = 0UL;
        var result = new AppendResult(AppendOutcome.Appended);
        var before = store.State.AppliedSequence;
        for (var i = 0; i < 20_000 && result.IsAppended; i++)
        {
            before = store.State.AppliedSequence;
            result = await store.CommitAsync([.. Group(new Random(i), () => ++sequence, 40).Select(record => (ReadOnlyMemory<byte>)record)]);
        }
        Assert.Equal((AppendOutcome.Full, before), (result.Outcome, store.State.AppliedSequence));
        store.WriteSnapshot(store.State.Capture());
        Assert.True((await store.CommitAsync([.. Group(new Random(1), () => ++sequence, 1).Select(record => (ReadOnlyMemory<byte>)record)])).IsAppended);
    }

    private static async Task<List<byte[]>> RunUntilPowerLossAsync(SimulatedDisk disk, Random random, EngineState expected, Func<ulong> nextSequence)
    {
        var group = new List<byte[]>();
        try
        {
            var store = EngineStore.Open(disk, "/engine", Options, NullLogger.Instance);
            while (true)
            {
                group = Group(random, nextSequence, random.Next(1, 6));
                var result = await store.CommitAsync([.. group.Select(record => (ReadOnlyMemory<byte>)record)]);
                if (!result.IsAppended)
                {
                    return group;
                }
                Apply(expected, group);
                group = [];
                if (random.Next(4) == 0)
                {
                    store.WriteSnapshot(store.State.Capture());
                }
            }
        }
        catch (SimulatedPowerLossException)
        {
            return group;
        }
    }

    private static List<byte[]> Group(Random random, Func<ulong> nextSequence, int count)
    {
        using var batch = new RecordBatch();
        for (var i = 0; i < count; i++)
        {
            var sequence = nextSequence();
            var now = Reports.Now + ((long)sequence * 500);
            switch (random.Next(6))
            {
                case 0:
                    batch.AddTick(now);
                    break;
                case 1:
                    batch.AddFrame(EngineFrames.Heartbeat(sequence, now), now);
                    break;
                case 2:
                    batch.AddFrame(EngineFrames.Frame(sequence, now, rows: 0, withLog: true), now);
                    break;
                default:
                    var run = random.Next(2) == 0 ? Reports.Of($"{random.Next(20)}", (RunStatus)random.Next(1, 9), now) : null;
                    batch.AddFrame(EngineFrames.Frame(sequence, now, random.Next(1, 4), run, withLog: true), now);
                    break;
            }
        }
        return [.. batch.Records().Select(record => record.ToArray())];
    }

    private static string PictureOf(List<byte[]> records)
    {
        using var state = new EngineState(Options, NullLogger.Instance);
        Apply(state, records);
        return EngineFrames.Picture(state);
    }

    private static void Apply(EngineState state, List<byte[]> records) => records.ForEach(record => state.Apply(state.AppliedSequence + 1, record));
}
