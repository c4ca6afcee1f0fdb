using Observability.TestKit;

namespace Observability.Durability.Tests.Log;

/// <summary>
/// One seed is one life of a log: appends, groups, trims, restarts, faults and power failures in the middle of any call to the disk, against a model that
/// knows what was acknowledged.
/// </summary>
public sealed class AppendLogCrashTests
{
    private const int Seeds = 2400;

    public static IEnumerable<TheoryDataRow<int>> SeedBlocks() => Enumerable.Range(0, 8).Select(block => new TheoryDataRow<int>(block * (Seeds / 8)));

    [Theory]
    [MemberData(nameof(SeedBlocks))]
    public async Task Whatever_was_acknowledged_is_found_in_order_once_and_nothing_else(int firstSeed)
    {
        for (var seed = firstSeed; seed < firstSeed + (Seeds / 8); seed++)
        {
            try
            {
                await new LogWorld(seed).RunAsync(steps: 60);
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"seed {seed}: {exception.Message}", exception);
            }
        }
    }

    [Fact]
    public async Task The_checker_notices_a_flush_that_did_nothing()
    {
        // The canary: a disk that lies must be caught, or the test above proves nothing.
        var caught = 0;
        for (var seed = 0; seed < 50; seed++)
        {
            try
            {
                await new LogWorld(seed) { DiskLies = true }.RunAsync(steps: 60);
            }
            catch (Xunit.Sdk.XunitException)
            {
                caught++;
            }
        }
        Assert.InRange(caught, 10, 50);
    }
}
