using System.Globalization;

namespace Observability.Messaging.RabbitMq;

/// <summary>Where the broker is and who we are there: <c>amqp[s]://user:password@host:port/vhost</c>.</summary>
/// <remarks>
/// Generated passwords hold characters that a URI would need percent-encoded, and not everybody encodes them. So the user info ends at the last <c>@</c>, and is
/// decoded only when every percent sign in it begins an escape; else it is taken as it stands.
/// </remarks>
internal sealed record RabbitMqAddress(string Host, int Port, string User, string Password, string VirtualHost, bool UseTls)
{
    private const int PlainPort = 5672;
    private const int TlsPort = 5671;

    /// <exception cref="FormatException">The text is no address; the message says what was expected and never shows the password.</exception>
    public static RabbitMqAddress Parse(string connectionString)
    {
        var text = connectionString.Trim();
        var useTls = text.StartsWith("amqps://", StringComparison.OrdinalIgnoreCase);
        if (!useTls && !text.StartsWith("amqp://", StringComparison.OrdinalIgnoreCase))
        {
            throw Refused("it begins with neither amqp:// nor amqps://");
        }
        var rest = text[(text.IndexOf("://", StringComparison.Ordinal) + 3)..];
        var at = rest.LastIndexOf('@');
        var (user, password) = UserInfo(at < 0 ? "" : rest[..at]);
        var place = rest[(at + 1)..];
        var slash = place.IndexOf('/', StringComparison.Ordinal);
        var virtualHost = slash < 0 || slash == place.Length - 1 ? "/" : Uri.UnescapeDataString(place[(slash + 1)..]);
        var (host, port) = HostAndPort(slash < 0 ? place : place[..slash], useTls ? TlsPort : PlainPort);
        return new RabbitMqAddress(host, port, user, password, virtualHost, useTls);
    }

    /// <summary>For logs and health: never the password.</summary>
    public override string ToString() => $"{Host}:{Port.ToString(CultureInfo.InvariantCulture)}{(VirtualHost == "/" ? "" : "/" + VirtualHost)}";

    private static (string User, string Password) UserInfo(string text)
    {
        if (text.Length == 0)
        {
            return ("guest", "guest");
        }
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var user = colon < 0 ? text : text[..colon];
        var password = colon < 0 ? "" : text[(colon + 1)..];
        return IsEncoded(text) ? (Uri.UnescapeDataString(user), Uri.UnescapeDataString(password)) : (user, password);
    }

    private static bool IsEncoded(string text)
    {
        for (var percent = text.IndexOf('%', StringComparison.Ordinal); percent >= 0; percent = text.IndexOf('%', percent + 1))
        {
            if (!Uri.IsHexEncoding(text, percent))
            {
                return false;
            }
        }
        return true;
    }

    private static (string Host, int Port) HostAndPort(string text, int defaultPort)
    {
        // An IPv6 address stands in brackets; its colons do not begin a port.
        var colon = text.LastIndexOf(':');
        var hasPort = colon > text.LastIndexOf(']');
        var host = (hasPort ? text[..colon] : text).Trim('[', ']');
        if (host.Length == 0)
        {
            throw Refused("it names no host");
        }
        if (!hasPort)
        {
            return (host, defaultPort);
        }
        return int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65535
            ? (host, port)
            : throw Refused("its port is no number from 1 to 65535");
    }

    private static FormatException Refused(string reason) =>
        new($"ConnectionStrings:rabbitmq is no RabbitMQ address: {reason}; expected amqp://user:password@host:5672/vhost");
}
