using System.Net;
using System.Text;
using Observability.Collector.Receiving.Bodies;
using Observability.Collector.Sources;

namespace Observability.Collector.Receiving;

/// <summary>Finds the JSON in a webhook's body: the body itself, or the field <c>payload</c> of a form.</summary>
internal static class WebhookBody
{
    private const string Field = "payload=";

    public static (ReadOnlyMemory<byte> Json, Refusal? Refusal) Json(string? contentType, ReadOnlyMemory<byte> body, ISource source)
    {
        if (MediaTypeText.Of(contentType) != MediaType.Form)
        {
            // Senders lie about other types (text/plain for JSON is common), and what is not JSON is refused by the parser.
            return (body, null);
        }
        if (!source.TakesForms)
        {
            return (default, new Refusal(RefusalKind.UnsupportedContentType, $"'{source.Name}' takes 'Content-Type: application/json', not forms"));
        }
        foreach (var part in Encoding.UTF8.GetString(body.Span).Split('&'))
        {
            if (part.StartsWith(Field, StringComparison.Ordinal))
            {
                return (Encoding.UTF8.GetBytes(WebUtility.UrlDecode(part[Field.Length..])), null);
            }
        }
        return (default, new Refusal(RefusalKind.Malformed, "the form has no field 'payload'"));
    }
}
