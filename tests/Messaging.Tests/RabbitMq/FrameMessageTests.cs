using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Observability.Messaging.RabbitMq.Frames;
using Observability.Telemetry;
using RabbitMQ.Client;

namespace Observability.Messaging.Tests.RabbitMq;

public sealed class FrameMessageTests
{
    [Fact]
    public void The_headers_of_a_frame_on_the_wire_never_change()
    {
        var properties = FrameMessage.PropertiesOf(new FrameName(0x00f1c2d3e4a5b6c7, 42));
        Assert.Equal("application/vnd.observability.frame", properties.ContentType);
        Assert.Equal("00f1c2d3e4a5b6c7-42", properties.MessageId);
        Assert.True(properties.Persistent);
        Assert.Equal(
            [("obs-incarnation", (object?)"00f1c2d3e4a5b6c7"), ("obs-sequence", "42"), ("obs-version", 1)],
            properties.Headers!.OrderBy(header => header.Key, StringComparer.Ordinal).Select(header => (header.Key, header.Value)));
    }

    [Fact]
    public void Every_name_is_read_back_from_the_headers_as_a_broker_delivers_them() =>
        Prop.ForAll<ulong, ulong>((incarnation, sequence) =>
        {
            var name = new FrameName(incarnation, sequence);
            return FrameMessage.TryRead(Delivered(FrameMessage.PropertiesOf(name)), out var read, out _) && read == name;
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("obs-version", 2, "update it")]
    [InlineData("obs-version", null, "version")]
    [InlineData("obs-incarnation", "xyz", "do not name a frame")]
    [InlineData("obs-sequence", "-1", "do not name a frame")]
    [InlineData("obs-sequence", null, "do not name a frame")]
    public void A_message_with_wrong_headers_is_refused_with_the_reason(string header, object? value, string reason)
    {
        var properties = Delivered(FrameMessage.PropertiesOf(new FrameName(1, 2)));
        properties.Headers![header] = value is string text ? Encoding.ASCII.GetBytes(text) : value;
        Assert.False(FrameMessage.TryRead(properties, out _, out var why));
        Assert.Contains(reason, why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_queue_that_is_no_stream_is_named_as_such() =>
        Assert.Contains("no stream", Assert.Throws<InvalidDataException>(() => FrameMessage.OffsetOf(new BasicProperties())).Message, StringComparison.Ordinal);

    /// <summary>Texts arrive as bytes.</summary>
    private static BasicProperties Delivered(BasicProperties properties)
    {
        properties.Headers = properties.Headers!.ToDictionary(header => header.Key, header => header.Value is string text ? Encoding.ASCII.GetBytes(text) : header.Value);
        return properties;
    }
}
