using Observability.Messaging.RabbitMq;

namespace Observability.Messaging.Tests.RabbitMq;

public sealed class RabbitMqAddressTests
{
    [Theory]
    [InlineData("amqp://guest:guest@localhost:5673", "localhost", 5673, "guest", "guest", "/", false)]
    [InlineData("amqp://localhost", "localhost", 5672, "guest", "guest", "/", false)]
    [InlineData("amqps://u:p@broker/prod", "broker", 5671, "u", "p", "prod", true)]
    [InlineData("amqp://u:a%40b%2Fc@broker:1/%2F", "broker", 1, "u", "a@b/c", "/", false)]
    [InlineData("amqp://u:a@b/c#d?e:f%@broker:1/", "broker", 1, "u", "a@b/c#d?e:f%", "/", false)]
    [InlineData("amqp://u:100%zz@[::1]:5672", "::1", 5672, "u", "100%zz", "/", false)]
    [InlineData("amqp://u:p@[::1]", "::1", 5672, "u", "p", "/", false)]
    public void An_address_is_read_with_encoded_and_with_raw_user_info(
        string text, string host, int port, string user, string password, string virtualHost, bool useTls) =>
        Assert.Equal(new RabbitMqAddress(host, port, user, password, virtualHost, useTls), RabbitMqAddress.Parse(text));

    [Theory]
    [InlineData("localhost:5672", "amqp://")]
    [InlineData("amqp://u:secret@:5672", "host")]
    [InlineData("amqp://u:secret@broker:port", "port")]
    [InlineData("amqp://u:secret@broker:70000", "port")]
    public void What_is_no_address_is_refused_with_the_reason_and_without_the_password(string text, string reason)
    {
        var exception = Assert.Throws<FormatException>(() => RabbitMqAddress.Parse(text));
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_in_a_log_never_shows_the_password() =>
        Assert.Equal("broker:5672/prod", RabbitMqAddress.Parse("amqp://u:secret@broker/prod").ToString());
}
