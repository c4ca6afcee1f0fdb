using Observability.TestKit;

namespace Observability.Durability.Tests.Files;

public sealed class CursorFileTests
{
    private const string CursorPath = "/data/indexing.cursor";

    [Fact]
    public void A_value_is_there_after_a_crash()
    {
        var disk = new SimulatedDisk(1);
        CursorFile.Open(disk, CursorPath).Write(new CursorValue(17, Epoch: 3));
        Assert.Equal(new CursorValue(17, 3), CursorFile.Open(disk.Crash(), CursorPath).Value);
    }

    [Fact]
    public void Whenever_the_power_fails_the_value_is_the_last_one_or_the_one_that_was_being_written()
    {
        for (var seed = 0; seed < 3000; seed++)
        {
            var random = new Random(seed);
            var disk = new SimulatedDisk(seed);
            ulong written = 0;
            ulong tried = 0;
            for (var crash = 0; crash < 3; crash++)
            {
                disk.Faults.PowerLossAfterOperations = random.Next(20);
                try
                {
                    using var cursor = CursorFile.Open(disk, CursorPath);
                    while (true)
                    {
                        tried = written + 1;
                        disk.Faults.FailingFlushes = random.Next(4) == 0 ? 1 : 0;
                        try
                        {
                            cursor.Write(new CursorValue(tried));
                            written = tried;
                        }
                        catch (IOException exception) when (exception is not SimulatedPowerLossException)
                        {
                            Assert.Equal(written, cursor.Value.Sequence);
                        }
                    }
                }
                catch (SimulatedPowerLossException)
                {
                    disk = disk.Crash();
                    using var found = CursorFile.Open(disk, CursorPath);
                    Assert.True(found.Value.Sequence >= written && found.Value.Sequence <= tried, $"seed {seed}: found {found.Value.Sequence}, written {written}, tried {tried}");
                    written = found.Value.Sequence;
                }
            }
        }
    }

    [Fact]
    public void One_damaged_slot_falls_back_to_the_value_before_and_two_are_refused()
    {
        var disk = new SimulatedDisk(1);
        using (var cursor = CursorFile.Open(disk, CursorPath))
        {
            cursor.Write(new CursorValue(1));
            cursor.Write(new CursorValue(2));
        }
        // The first write, of zeros, went to the second slot; so did the third.
        disk.FlipBit(CursorPath, 4096 + 16);
        Assert.Equal(1UL, CursorFile.Open(disk, CursorPath).Value.Sequence);
        disk.FlipBit(CursorPath, 16);
        Assert.Contains("both copies", Assert.Throws<LogFormatException>(() => CursorFile.Open(disk, CursorPath)).Message, StringComparison.Ordinal);
    }
}
