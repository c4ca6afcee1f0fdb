using Observability.Collector.Receiving.Bodies;

namespace Observability.Collector.Receiving.LokiPush;

/// <summary>
/// What the headers of a push must say (Loki HTTP API, "Ingest logs"). Protobuf is one snappy block whether or not an encoding is named; JSON may be compressed
/// as any body. A body without a content type is refused, unlike by Loki: a web page can send one.
/// </summary>
internal static class LokiPushProtocol
{
    /// <summary>Null when the body is to be read.</summary>
    public static Refusal? Check(HttpRequest request, out MediaType type)
    {
        type = MediaTypeText.Of(request.ContentType);
        if (type is not (MediaType.Json or MediaType.Protobuf))
        {
            return new Refusal(RefusalKind.UnsupportedContentType, $"lines are pushed as 'application/json' or 'application/x-protobuf', not as '{request.ContentType}'");
        }
        var encoding = request.Headers.ContentEncoding.ToString();
        return type == MediaType.Protobuf && encoding.Length > 0 && !encoding.Equals("snappy", StringComparison.OrdinalIgnoreCase)
            ? new Refusal(RefusalKind.UnsupportedContentType, $"a push in protobuf comes as one snappy block, not with 'Content-Encoding: {encoding}'")
            : null;
    }
}
