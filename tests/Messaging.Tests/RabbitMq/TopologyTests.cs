using Observability.Contracts;
using Observability.Messaging.RabbitMq;
using Observability.Messaging.RabbitMq.Frames;
using Observability.Messaging.RabbitMq.Intents;

namespace Observability.Messaging.Tests.RabbitMq;

/// <summary>A queue that exists with other arguments refuses us, so a change here needs a new queue name.</summary>
public sealed class TopologyTests
{
    [Fact]
    public void Names_on_the_broker_never_change() =>
        Assert.Equal(("obs.telemetry", "obs.intents.v1", "obs.dead-letters.v1"), (QueueNames.Telemetry, QueueNames.Intents, QueueNames.DeadLetters));

    [Fact]
    public void The_stream_is_bounded_by_bytes_and_age()
    {
        var arguments = TelemetryStream.Arguments(new RabbitMqOptions());
        Assert.Equal(
            [("x-max-age", "86400s"), ("x-max-length-bytes", 10_000_000_000L), ("x-queue-type", "stream"), ("x-stream-max-segment-size-bytes", 100_000_000L)],
            arguments.OrderBy(argument => argument.Key, StringComparer.Ordinal).Select(argument => (argument.Key, argument.Value!)));
    }

    [Fact]
    public void Intents_are_bounded_and_become_dead_letters_only_when_those_are_stored()
    {
        var arguments = IntentTopology.QueueArguments;
        Assert.Equal("quorum", arguments["x-queue-type"]);
        Assert.Equal(20, arguments["x-delivery-limit"]);
        Assert.Equal(1L << 30, arguments["x-max-length-bytes"]);
        Assert.Equal("reject-publish", arguments["x-overflow"]);
        Assert.Equal("at-least-once", arguments["x-dead-letter-strategy"]);
        Assert.Equal("obs.dead-letters.v1", arguments["x-dead-letter-exchange"]);
    }
}
