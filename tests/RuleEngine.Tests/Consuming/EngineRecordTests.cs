using Observability.MetricStore.Blocks;
using Observability.RuleEngine.Consuming;
using Observability.Telemetry;

namespace Observability.RuleEngine.Tests.Consuming;

public sealed class EngineRecordTests
{
    [Theory]
    [InlineData("Frame", 1)]
    [InlineData("Mark", 2)]
    [InlineData("Heartbeat", 3)]
    [InlineData("DeadLetter", 4)]
    [InlineData("Tick", 5)]
    [InlineData("Deletion", 6)]
    public void Kinds_in_the_journal_never_change(string kind, byte onDisk) =>
        Assert.True((byte)Enum.Parse<EngineRecordKind>(kind) == onDisk, $"journals hold {onDisk} for {kind}; append a new member instead");

    [Fact]
    public void A_deletion_in_the_journal_never_changes_and_reads_back()
    {
        var order = new DeletionOrder(new SeriesDeletion(7, [new LabelMatcher("a", MatchOperator.Regex, "b")], -1, 2), "me");
        var bytes = order.ToBytes();
        Assert.Equal("026D65" + "FFFFFFFFFFFFFFFF" + "0200000000000000" + "01" + "0161" + "02" + "0162", Convert.ToHexString(bytes));
        var read = DeletionOrder.Read(bytes, 7);
        Assert.Equal(("me", 7ul, -1L, 2L), (read.Actor, read.Deletion.Sequence, read.Deletion.FromMilliseconds, read.Deletion.UntilMilliseconds));
        Assert.Equal(order.Deletion.Matchers, read.Deletion.Matchers);
    }
}
