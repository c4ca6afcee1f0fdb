using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Observability.Collector.Receiving;

/// <summary>Parses the body of a webhook. After it every text of the document can be read: what is no Unicode is refused here, once.</summary>
internal static class JsonPayload
{
    /// <summary>Either the document, which the caller disposes, or why there is none.</summary>
    public static (JsonDocument? Document, Refusal? Refusal) Parse(ReadOnlyMemory<byte> utf8, int maximumDepth)
    {
        if (!Utf8.IsValid(utf8.Span))
        {
            return (null, new Refusal(RefusalKind.Malformed, "the body is not valid UTF-8", PositionOfInvalid(utf8.Span)));
        }
        // A byte order mark is no JSON, and some PowerShell versions write one.
        var json = utf8.Span.StartsWith(Encoding.UTF8.Preamble) ? utf8[3..] : utf8;
        try
        {
            if (json.Span.IndexOf("\\u"u8) >= 0 && FindHalfSurrogate(json.Span, maximumDepth) is { } position)
            {
                return (null, new Refusal(RefusalKind.Malformed, "a string holds half of a surrogate pair", position));
            }
            return (JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = maximumDepth }), null);
        }
        catch (JsonException exception)
        {
            return (null, new Refusal(RefusalKind.Malformed, $"not valid JSON: {JsonErrorText.Of(exception)}",
                string.Create(CultureInfo.InvariantCulture, $"line {(exception.LineNumber ?? 0) + 1}, byte {(exception.BytePositionInLine ?? 0) + 1}")));
        }
    }

    private static string? FindHalfSurrogate(ReadOnlySpan<byte> json, int maximumDepth)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = maximumDepth });
        while (reader.Read())
        {
            if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName) || !reader.ValueIsEscaped)
            {
                continue;
            }
            try
            {
                _ = reader.GetString();
            }
            catch (InvalidOperationException)
            {
                return string.Create(CultureInfo.InvariantCulture, $"byte {reader.TokenStartIndex}");
            }
        }
        return null;
    }

    private static string PositionOfInvalid(ReadOnlySpan<byte> utf8)
    {
        var position = 0;
        while (Rune.DecodeFromUtf8(utf8[position..], out _, out var length) == System.Buffers.OperationStatus.Done)
        {
            position += length;
        }
        return string.Create(CultureInfo.InvariantCulture, $"byte {position}");
    }
}
