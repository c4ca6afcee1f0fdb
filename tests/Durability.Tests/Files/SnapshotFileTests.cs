using Observability.TestKit;

namespace Observability.Durability.Tests.Files;

public sealed class SnapshotFileTests
{
    private const string SnapshotPath = "/data/state.snapshot";

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65536)]
    [InlineData(300_001)]
    public void Content_of_any_size_is_read_as_it_was_written(int size)
    {
        var disk = new SimulatedDisk(1);
        Write(disk, Filled(size));
        var (outcome, content) = Read(disk);
        Assert.Equal(SnapshotOutcome.Read, outcome);
        Assert.Equal(Filled(size), content);
    }

    [Fact]
    public void A_missing_one_is_missing() => Assert.Equal(SnapshotOutcome.Missing, Read(new SimulatedDisk(1)).Outcome);

    [Fact]
    public void Whenever_the_power_fails_there_is_the_old_one_or_the_new_one()
    {
        for (var seed = 0; seed < 2000; seed++)
        {
            var random = new Random(seed);
            var disk = new SimulatedDisk(seed);
            var old = Filled(random.Next(3000));
            Write(disk, old);
            var next = Filled(random.Next(3000));
            disk.Faults.PowerLossAfterOperations = random.Next(8);
            var isWritten = true;
            try
            {
                Write(disk, next);
            }
            catch (SimulatedPowerLossException)
            {
                isWritten = false;
            }
            var (outcome, content) = Read(disk.Crash());
            Assert.Equal(SnapshotOutcome.Read, outcome);
            Assert.True(content.AsSpan().SequenceEqual(next) || (!isWritten && content.AsSpan().SequenceEqual(old)), $"seed {seed}");
        }
    }

    [Fact]
    public void Any_damage_is_noticed_before_a_byte_is_handed_out()
    {
        for (var position = 0; position < 32 + 200; position++)
        {
            var disk = new SimulatedDisk(1);
            Write(disk, Filled(200));
            disk.FlipBit(SnapshotPath, position, position % 8);
            Assert.Equal((SnapshotOutcome.Damaged, null), Read(disk));
        }
    }

    [Fact]
    public void A_failed_one_leaves_the_old_one_and_the_next_one_succeeds()
    {
        var disk = new SimulatedDisk(1);
        Write(disk, Filled(10));
        disk.Faults.FailingFlushes = 1;
        Assert.Throws<IOException>(() => Write(disk, Filled(5000)));
        Assert.Equal(Filled(10), Read(disk).Content);
        Write(disk, Filled(20));
        Assert.Equal(Filled(20), Read(disk).Content);
    }

    private static byte[] Filled(int size)
    {
        var content = new byte[size];
        new Random(size).NextBytes(content);
        return content;
    }

    private static void Write(SimulatedDisk disk, byte[] content) => SnapshotFile.Write(disk, SnapshotPath, formatVersion: 4, stream => stream.Write(content));

    private static (SnapshotOutcome Outcome, byte[]? Content) Read(SimulatedDisk disk)
    {
        byte[]? content = null;
        var outcome = SnapshotFile.Read(disk, SnapshotPath, (version, stream) =>
        {
            Assert.Equal(4u, version);
            content = new byte[stream.Length];
            stream.ReadExactly(content);
            Assert.Equal(-1, stream.ReadByte());
        });
        return (outcome, content);
    }
}
