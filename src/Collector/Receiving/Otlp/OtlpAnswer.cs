using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Observability.Collector.Receiving.Bodies;

namespace Observability.Collector.Receiving.Otlp;

/// <summary>
/// Answers in the encoding of the request (OTLP specification, "OTLP/HTTP Response"): Export…ServiceResponse, or google.rpc.Status for a refusal. The JSON
/// form of a refusal also has the members of every other endpoint.
/// </summary>
internal static class OtlpAnswer
{
    public static Task WriteSuccessAsync(HttpContext context, OtlpSignal signal, MediaType encoding, PartialSuccess partial)
    {
        var body = encoding == MediaType.Protobuf ? ProtobufSuccess(partial) : JsonSuccess(signal, partial);
        context.Response.StatusCode = StatusCodes.Status200OK;
        context.Response.ContentType = ContentTypeOf(encoding);
        context.Response.ContentLength = body.Length;
        return context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }

    public static Task WriteRefusalAsync(HttpContext context, MediaType encoding, Refusal refusal)
    {
        if (encoding == MediaType.Protobuf)
        {
            var message = refusal.Position is { } position ? $"{refusal.Reason} ({position})" : refusal.Reason;
            return RefusalAnswer.WriteAsync(context, refusal, ContentTypeOf(encoding), ProtobufStatus(CodeOf(refusal.Kind), message));
        }
        var body = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteNumber("code", CodeOf(refusal.Kind));
            json.WriteString("message", refusal.Reason);
            RefusalAnswer.WriteMembers(json, refusal);
            json.WriteEndObject();
        }
        return RefusalAnswer.WriteAsync(context, refusal, "application/json", body.WrittenMemory);
    }

    private static string ContentTypeOf(MediaType encoding) => encoding == MediaType.Protobuf ? "application/x-protobuf" : "application/json";

    // google.rpc.Code
    private static int CodeOf(RefusalKind kind) => kind switch
    {
        RefusalKind.Forged => 16,
        RefusalKind.Forbidden => 7,
        RefusalKind.Unavailable => 14,
        _ => 3,
    };

    private static ReadOnlyMemory<byte> JsonSuccess(OtlpSignal signal, PartialSuccess partial)
    {
        if (partial.Rejected == 0)
        {
            return "{}"u8.ToArray();
        }
        var body = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteStartObject("partialSuccess");
            json.WriteString(OtlpSignalText.Rejected(signal), partial.Rejected.ToString(CultureInfo.InvariantCulture));
            json.WriteString("errorMessage", partial.Message);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return body.WrittenMemory;
    }

    private static ReadOnlyMemory<byte> ProtobufSuccess(PartialSuccess partial)
    {
        if (partial.Rejected == 0)
        {
            return ReadOnlyMemory<byte>.Empty;
        }
        var inner = new ArrayBufferWriter<byte>(128);
        WriteVarint(inner, 1 << 3);
        WriteVarint(inner, (ulong)partial.Rejected);
        WriteBytes(inner, 2, Encoding.UTF8.GetBytes(partial.Message));
        var body = new ArrayBufferWriter<byte>(128);
        WriteBytes(body, 1, inner.WrittenSpan);
        return body.WrittenMemory;
    }

    private static ReadOnlyMemory<byte> ProtobufStatus(int code, string message)
    {
        var body = new ArrayBufferWriter<byte>(128);
        WriteVarint(body, 1 << 3);
        WriteVarint(body, (ulong)code);
        WriteBytes(body, 2, Encoding.UTF8.GetBytes(message));
        return body.WrittenMemory;
    }

    private static void WriteBytes(ArrayBufferWriter<byte> target, int field, ReadOnlySpan<byte> bytes)
    {
        WriteVarint(target, (ulong)((field << 3) | 2));
        WriteVarint(target, (ulong)bytes.Length);
        target.Write(bytes);
    }

    private static void WriteVarint(ArrayBufferWriter<byte> target, ulong value)
    {
        Span<byte> bytes = stackalloc byte[10];
        var length = 0;
        while (value >= 0x80)
        {
            bytes[length++] = (byte)(value | 0x80);
            value >>= 7;
        }
        bytes[length++] = (byte)value;
        target.Write(bytes[..length]);
    }
}
