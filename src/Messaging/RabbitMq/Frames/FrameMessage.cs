using System.Globalization;
using System.Text;
using Observability.Telemetry;
using RabbitMQ.Client;

namespace Observability.Messaging.RabbitMq.Frames;

/// <summary>A frame as a message: the frame's bytes are the body, untouched; its name and the version of this form are headers.</summary>
internal static class FrameMessage
{
    public const string ContentType = "application/vnd.observability.frame";

    /// <summary>Raised when an old reader would misread a new message; the frame's own format has its own version inside.</summary>
    public const int CurrentVersion = 1;

    private const string VersionHeader = "obs-version";
    private const string IncarnationHeader = "obs-incarnation";
    private const string SequenceHeader = "obs-sequence";

    /// <summary>Set by the broker on each delivery from a stream.</summary>
    private const string OffsetHeader = "x-stream-offset";

    public static BasicProperties PropertiesOf(FrameName name) => new()
    {
        ContentType = ContentType,
        Persistent = true,
        MessageId = name.ToString(),
        Headers = new Dictionary<string, object?>
        {
            [VersionHeader] = CurrentVersion,
            [IncarnationHeader] = name.Incarnation.ToString("x16", CultureInfo.InvariantCulture),
            // AMQP 0-9-1 has no unsigned 64-bit number that every client writes alike.
            [SequenceHeader] = name.Sequence.ToString(CultureInfo.InvariantCulture),
        },
    };

    /// <summary>False with the reason when somebody else's message is in the stream.</summary>
    public static bool TryRead(IReadOnlyBasicProperties properties, out FrameName name, out string reason)
    {
        name = default;
        if (properties.ContentType != ContentType)
        {
            reason = $"content type '{properties.ContentType}', expected '{ContentType}'";
            return false;
        }
        if (Header(properties, VersionHeader) is not int version || version != CurrentVersion)
        {
            reason = $"version '{Header(properties, VersionHeader)}', this program reads {CurrentVersion}: update it";
            return false;
        }
        if (!ulong.TryParse(TextHeader(properties, IncarnationHeader), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var incarnation)
            || !ulong.TryParse(TextHeader(properties, SequenceHeader), NumberStyles.None, CultureInfo.InvariantCulture, out var sequence))
        {
            reason = $"headers {IncarnationHeader} and {SequenceHeader} do not name a frame";
            return false;
        }
        name = new FrameName(incarnation, sequence);
        reason = "";
        return true;
    }

    /// <exception cref="InvalidDataException">The broker did not number the delivery: the queue is no stream.</exception>
    public static long OffsetOf(IReadOnlyBasicProperties properties) =>
        Header(properties, OffsetHeader) is long offset
            ? offset
            : throw new InvalidDataException($"a delivery without {OffsetHeader}: the queue exists but is no stream; delete it, it is declared anew");

    private static object? Header(IReadOnlyBasicProperties properties, string name) =>
        properties.Headers is { } headers && headers.TryGetValue(name, out var value) ? value : null;

    private static string? TextHeader(IReadOnlyBasicProperties properties, string name) =>
        Header(properties, name) is byte[] text ? Encoding.ASCII.GetString(text) : Header(properties, name) as string;
}
