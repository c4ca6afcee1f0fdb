using Microsoft.Net.Http.Headers;
using Observability.Collector.Receiving.Bodies;

namespace Observability.Collector.Receiving.RemoteWrite;

/// <summary>
/// What the headers of a request must say (Prometheus Remote-Write 1.0, "Protocol"). Version 2.0 sends another message under the same media type; a sender of
/// it is told 415, which is how that version finds out what a receiver speaks.
/// </summary>
internal static class RemoteWriteProtocol
{
    private const string Message = "prometheus.WriteRequest";

    /// <summary>Null when the body is to be read.</summary>
    public static Refusal? Check(HttpRequest request)
    {
        if (MediaTypeText.Of(request.ContentType) != MediaType.Protobuf)
        {
            return Unsupported($"remote write comes as 'application/x-protobuf', not as '{request.ContentType}'");
        }
        if (MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            && type.Parameters.FirstOrDefault(static parameter => parameter.Name.Equals("proto", StringComparison.OrdinalIgnoreCase)) is { } proto
            && !proto.GetUnescapedValue().Equals(Message, StringComparison.Ordinal))
        {
            return Unsupported($"the message '{proto.GetUnescapedValue()}' is not read here; set protobuf_message: {Message} (remote write 1.0)");
        }
        var encoding = request.Headers.ContentEncoding.ToString();
        return encoding.Equals("snappy", StringComparison.OrdinalIgnoreCase) ? null : Unsupported($"remote write comes with 'Content-Encoding: snappy', not '{encoding}'");
    }

    private static Refusal Unsupported(string reason) => new(RefusalKind.UnsupportedContentType, reason);
}
