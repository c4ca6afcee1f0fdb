using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Observability.Durability;
using Observability.MetricStore.Tests.Head;
using Observability.Telemetry;
using Observability.TestKit;

namespace Observability.MetricStore.Tests.Blocks;

/// <summary>
/// Power cuts at random calls to the disk in a seeded life of appends, late samples, deletions, snapshots, blocks and merges. The journal is a list that survives;
/// the snapshot is a real file. After each cut the store is made again as its owner does it, and must hold exactly what a store does that never wrote a block.
/// </summary>
public sealed class BlockCrashTests
{
    private const string SnapshotPath = "/state.snapshot";

    private const int Seeds = 2400;
    private const int SeedsOfOneRow = Seeds / 8;
    private const int Lives = 3;

    public static IEnumerable<TheoryDataRow<int>> FirstSeeds() => Enumerable.Range(0, Seeds / SeedsOfOneRow).Select(row => new TheoryDataRow<int>(row * SeedsOfOneRow));

    [Theory]
    [MemberData(nameof(FirstSeeds))]
    public void Whenever_the_power_fails_every_sample_is_there_once(int firstSeed)
    {
        var (cuts, blocks, merges) = (0, 0, 0);
        for (var seed = firstSeed; seed < firstSeed + SeedsOfOneRow; seed++)
        {
            var random = new Random(seed);
            using var world = new World(new SimulatedDisk(seed), random);
            for (var life = 0; life < Lives; life++)
            {
                cuts += world.Live() ? 1 : 0;
                (blocks, merges) = (Math.Max(blocks, world.MostBlocks), merges + world.Merged);
                Assert.True(world.HoldsWhatItShould(out var difference), $"seed {seed}, life {life}: {difference}");
            }
        }
        // Lives without a cut or without a block would show nothing.
        Assert.True(cuts > SeedsOfOneRow / 2 && blocks >= 3 && merges > SeedsOfOneRow / 10, $"{cuts} cuts, at most {blocks} blocks, {merges} merges");
    }

    private sealed class World(SimulatedDisk disk, Random random) : IDisposable
    {
        private static readonly MetricStoreOptions Options = new() { BlockRange = TimeSpan.FromMinutes(20), OutOfOrderWindow = TimeSpan.FromMinutes(10) };
        private readonly List<Action<EmbeddedMetricStore>> _journal = [];
        private SimulatedDisk _disk = disk;
        private EmbeddedMetricStore? _store;
        private long _now = Store.Start;
        private ulong _snapshotSequence;

        public int MostBlocks { get; private set; }

        public int Merged { get; private set; }

        /// <summary>True when the power failed in the middle of a step and not between two.</summary>
        public bool Live()
        {
            _store = Reopen();
            _disk.Faults.PowerLossAfterOperations = random.Next(10, 250);
            var isCut = false;
            try
            {
                for (var step = random.Next(15, 70); step > 0; step--)
                {
                    Step(_store);
                }
            }
            catch (SimulatedPowerLossException)
            {
                isCut = true;
            }
            _disk = _disk.Crash();
            _store = Reopen();
            return isCut;
        }

        /// <summary>Beside a store that was given the same records and never wrote a block; a stamp that is there twice is a difference too.</summary>
        public bool HoldsWhatItShould(out string difference)
        {
            using var memory = new EmbeddedMetricStore(Options, NullLogger.Instance);
            _journal.ForEach(record => record(memory));
            var expected = memory.Select([], long.MinValue, long.MaxValue).ToDictionary(series => series.Labels);
            foreach (var actual in _store!.Select([], long.MinValue, long.MaxValue))
            {
                if (!expected.Remove(actual.Labels, out var wanted) || !actual.Timestamps.Span.SequenceEqual(wanted.Timestamps.Span) || !actual.Values.Span.SequenceEqual(wanted.Values.Span))
                {
                    difference = $"{actual.Labels} has {actual.Timestamps.Length} samples and should have {wanted?.Timestamps.Length ?? 0}, or others";
                    return false;
                }
            }
            difference = $"{expected.Count} series are missing";
            return expected.Count == 0;
        }

        public void Dispose() => _store?.Dispose();

        private void Step(EmbeddedMetricStore store)
        {
            switch (random.Next(12))
            {
                case 0:
                    SnapshotFile.Write(_disk, SnapshotPath, 1, target =>
                    {
                        target.Write(BitConverter.GetBytes((ulong)_journal.Count));
                        store.Capture().WriteTo(target);
                    });
                    _snapshotSequence = (ulong)_journal.Count;
                    break;
                case 1 or 2:
                    var before = store.BlockCount;
                    store.Maintain(_now, (ulong)_journal.Count);
                    Merged += store.BlockCount < before ? 1 : 0;
                    MostBlocks = Math.Max(MostBlocks, store.BlockCount);
                    break;
                case 3 when random.Next(6) == 0:
                    var (task, from, until) = (random.Next(6).ToString(CultureInfo.InvariantCulture), _now - random.Next(7_200_000), _now - random.Next(3_600_000));
                    Record(store, target => target.Delete([new LabelMatcher("task", MatchOperator.Equal, task)], from, until));
                    break;
                default:
                    _now += random.Next(240_000);
                    MetricSample[] samples = [.. Enumerable.Range(0, random.Next(1, 12)).Select(_ =>
                        Sample.At(Store.Named(random.Next(6)), _now - (random.Next(4) == 0 ? random.Next(600_000) : random.Next(1_000)), random.Next(100)))];
                    var now = _now;
                    Record(store, target => target.Append(samples, MetricKind.Gauge, now));
                    break;
            }
        }

        private void Record(EmbeddedMetricStore store, Action<EmbeddedMetricStore> record)
        {
            _journal.Add(record);
            store.BeginRecord((ulong)_journal.Count);
            record(store);
        }

        private EmbeddedMetricStore Reopen()
        {
            var store = Store.Open(_disk, Options);
            ulong sequence = 0;
            SnapshotFile.Read(_disk, SnapshotPath, (_, source) =>
            {
                var bytes = new byte[sizeof(ulong)];
                source.ReadExactly(bytes);
                sequence = BitConverter.ToUInt64(bytes);
                store.Restore(source, sequence);
            });
            for (; sequence < (ulong)_journal.Count; sequence++)
            {
                store.BeginRecord(sequence + 1);
                _journal[(int)sequence](store);
            }
            return store;
        }
    }
}
