using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using Observability.Configuration;
using Observability.RuleEngine.Consuming;
using Observability.RuleEngine.Tests.Runs;
using Observability.Telemetry;
using Observability.TestKit;

namespace Observability.RuleEngine.Tests.Consuming;

/// <summary>A frame that brings down whoever applies it does so twice, and is then set aside.</summary>
public sealed class PoisonFrameTests
{
    private readonly ManualTime _time = new(DateTimeOffset.FromUnixTimeMilliseconds(Reports.Now));
    private int _applied;

    private EngineOptions Options => new()
    {
        BeforeApplying = name =>
        {
            if (name.Sequence == 2 && name.Incarnation == EngineFrames.Incarnation)
            {
                _applied++;
                throw new InvalidOperationException("a bug that only this frame meets");
            }
        },
    };

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    [Fact]
    public async Task It_is_set_aside_the_third_time_and_the_frames_behind_it_are_applied()
    {
        using var counted = new DeadLetterCount();
        var disk = new SimulatedDisk(1);
        await using (var first = await Engine.StartAsync(disk, Options, _time))
        {
            await first.Intake.ConsumeAsync(EngineFrames.Frame(1, Now), CancellationToken.None);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.Intake.ConsumeAsync(EngineFrames.Frame(2, Now), CancellationToken.None).AsTask());
            // What ends the process: the host stops when one of its services does.
            await Assert.ThrowsAsync<PoisonRecordException>(() => first.Intake.ExecuteTask!);
            Assert.Equal(1, _applied);
            disk = disk.Kill();
        }

        string picture;
        await using (var second = await Engine.StartAsync(disk, Options, _time))
        {
            Assert.Equal(2, _applied);
            Assert.Equal(1, counted.Value);
            Assert.True(second.Store.State.Marks.IsApplied(new FrameName(EngineFrames.Incarnation, 2)));
            await second.Intake.ConsumeAsync(EngineFrames.Frame(2, Now), CancellationToken.None);
            await second.Intake.ConsumeAsync(EngineFrames.Frame(3, Now), CancellationToken.None);
            Assert.Equal(3UL, Assert.Single(second.Store.State.Marks.Marks()).Contiguous);
            Assert.Equal(["00000000000000a1-2.frame", "00000000000000a1-2.reason"], disk.ListFiles("/data/dead-letters"));
            picture = EngineFrames.Picture(second.Store.State);
            Assert.Contains("obs_engine_last_frame_set_aside_timestamp_seconds", picture, StringComparison.Ordinal);
            disk = disk.Kill();
        }

        await using var third = await Engine.StartAsync(disk, Options, _time);
        Assert.Equal(2, _applied);
        Assert.Equal(picture, EngineFrames.Picture(third.Store.State));
    }

    [Fact]
    public async Task After_a_snapshot_nothing_of_it_is_left_but_the_dead_letter()
    {
        var disk = new SimulatedDisk(1);
        await using (var first = await Engine.StartAsync(disk, Options, _time))
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.Intake.ConsumeAsync(EngineFrames.Frame(2, Now), CancellationToken.None).AsTask());
            disk = disk.Kill();
        }
        await using (var second = await Engine.StartAsync(disk, Options, _time))
        {
            second.Store.WriteSnapshot(second.Store.State.Capture());
            disk = disk.Crash();
        }
        await using var third = await Engine.StartAsync(disk, Options, _time);
        Assert.Equal(2, _applied);
        Assert.True(third.Store.State.Marks.IsApplied(new FrameName(EngineFrames.Incarnation, 2)));
    }

    [Fact]
    public void A_process_that_ends_without_a_word_three_times_at_one_record_sets_it_aside()
    {
        var disk = Guarded(new SimulatedDisk(1));
        for (var end = 1; end <= PoisonGuard.MostSilentEnds; end++)
        {
            using (var guard = PoisonGuard.Open(disk, "/data/applying", 7, 1))
            {
                Assert.False(guard.IsSetAside(5, out _));
                guard.Begin(4);
                guard.Begin(5);
                disk = disk.Kill();
            }
        }
        using var last = PoisonGuard.Open(disk, "/data/applying", 7, 1);
        Assert.True(last.IsSetAside(5, out var reason));
        Assert.Contains("3 times", reason, StringComparison.Ordinal);
        Assert.False(last.IsSetAside(4, out _));
    }

    [Fact]
    public void Kills_at_other_records_or_between_records_blame_nobody()
    {
        var disk = Guarded(new SimulatedDisk(1));
        foreach (var underWay in (ulong[])[5, 6, 5, 0, 5, 7, 0, 5, 6])
        {
            using var guard = PoisonGuard.Open(disk, "/data/applying", 7, 1);
            Assert.False(guard.IsSetAside(5, out _));
            guard.Begin(underWay);
            disk = disk.Kill();
        }
    }

    [Fact]
    public void The_file_of_another_journal_says_nothing()
    {
        var disk = Guarded(new SimulatedDisk(1));
        using (var guard = PoisonGuard.Open(disk, "/data/applying", 7, 1))
        {
            guard.Fail(5);
            guard.Fail(5);
            Assert.True(guard.IsSetAside(5, out _));
        }
        using (var same = PoisonGuard.Open(disk, "/data/applying", 7, 1))
        {
            Assert.True(same.IsSetAside(5, out _));
        }
        using var other = PoisonGuard.Open(disk, "/data/applying", 8, 1);
        Assert.False(other.IsSetAside(5, out _));
    }

    [Fact]
    public void When_too_many_are_poison_the_program_is_at_fault_and_says_so()
    {
        using var guard = PoisonGuard.Open(Guarded(new SimulatedDisk(1)), "/data/applying", 7, 1);
        bool FailTwice(ulong sequence)
        {
            guard.Fail(sequence);
            guard.Fail(sequence);
            return guard.IsSetAside(sequence, out _);
        }
        Assert.All(Enumerable.Range(1, PoisonGuard.MostSetAside), sequence => Assert.True(FailTwice((ulong)sequence)));
        var exception = Assert.Throws<InvalidOperationException>(() => FailTwice(99));
        Assert.Contains("fault of this program", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_shipped_rule_tells_the_fallback_receiver_and_ends_by_itself()
    {
        await using var world = await EngineWorld.StartAsync(new TestConfiguration().With("rules/observability.yaml", System.Text.Encoding.UTF8.GetString(ShippedFiles.Read("rules/observability.yaml"))));
        await world.SendAsync("no frame at all, whatever it is; long enough to have a header of sixty-four bytes"u8.ToArray());
        await world.PassAsync(TimeSpan.FromSeconds(11));
        var told = Assert.Single(world.Told);
        Assert.Equal(("fallback", "ObsFrameSetAside"), (told.Receiver, told.Alerts[0].Labels["alertname"]));
        await world.PassAsync(TimeSpan.FromMinutes(62));
        Assert.Equal(Contracts.IntentKind.Resolved, world.Told[^1].Kind);
    }

    private static SimulatedDisk Guarded(SimulatedDisk disk)
    {
        disk.CreateDirectory("/data");
        return disk;
    }

    private sealed class Engine : IAsyncDisposable
    {
        public required EngineStore Store { get; init; }

        public required FrameIntake Intake { get; init; }

        public static async Task<Engine> StartAsync(SimulatedDisk disk, EngineOptions options, TimeProvider time)
        {
            var store = EngineStore.Open(disk, "/data", options, NullLogger.Instance);
            var intake = new FrameIntake(store, new DeadLetterFrames(disk, "/data/dead-letters"), options, time, NullLogger<FrameIntake>.Instance);
            await intake.StartAsync(CancellationToken.None);
            return new Engine { Store = store, Intake = intake };
        }

        public async ValueTask DisposeAsync()
        {
            await Intake.StopAsync(CancellationToken.None);
            Intake.Dispose();
            await Store.DisposeAsync();
        }
    }

    private sealed class DeadLetterCount : IDisposable
    {
        private readonly MeterListener _listener = new();

        public DeadLetterCount()
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "obs_engine_frames")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
            {
                if (tags[0].Value is "dead_letter")
                {
                    Value += value;
                }
            });
            _listener.Start();
        }

        public long Value { get; private set; }

        public void Dispose() => _listener.Dispose();
    }
}
