using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Observability.Collector.Receiving;

/// <summary>Writes refusals as JSON: <c>{"error": …, "reason": …, "position": …}</c>.</summary>
internal static class RefusalAnswer
{
    /// <summary>Longer than the spool needs to drain a burst, shorter than any exporter gives up after.</summary>
    public const int RetryAfterSeconds = 5;

    public static Task WriteAsync(HttpContext context, Refusal refusal)
    {
        var body = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            WriteMembers(json, refusal);
            json.WriteEndObject();
        }
        return WriteAsync(context, refusal, "application/json", body.WrittenMemory);
    }

    public static void WriteMembers(Utf8JsonWriter json, Refusal refusal)
    {
        json.WriteString("error", refusal.Error);
        json.WriteString("reason", refusal.Reason);
        if (refusal.Position is { } position)
        {
            json.WriteString("position", position);
        }
    }

    public static Task WriteAsync(HttpContext context, Refusal refusal, string contentType, ReadOnlyMemory<byte> body)
    {
        context.Response.StatusCode = refusal.StatusCode;
        context.Response.ContentType = contentType;
        context.Response.ContentLength = body.Length;
        if (refusal.Kind == RefusalKind.Unavailable)
        {
            context.Response.Headers.RetryAfter = RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
        }
        return context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }
}
