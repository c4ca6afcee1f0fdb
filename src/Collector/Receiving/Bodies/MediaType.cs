namespace Observability.Collector.Receiving.Bodies;

/// <summary>What a Content-Type says, as far as endpoints tell types apart.</summary>
internal enum MediaType
{
    Other,
    Json,
    Protobuf,
    Form,
}

internal static class MediaTypeText
{
    public static MediaType Of(string? contentType)
    {
        var text = contentType.AsSpan();
        var semicolon = text.IndexOf(';');
        text = (semicolon < 0 ? text : text[..semicolon]).Trim();
        if (text.Equals("application/json", StringComparison.OrdinalIgnoreCase) || text.EndsWith("+json", StringComparison.OrdinalIgnoreCase))
        {
            return MediaType.Json;
        }
        if (text.Equals("application/x-protobuf", StringComparison.OrdinalIgnoreCase) || text.Equals("application/protobuf", StringComparison.OrdinalIgnoreCase))
        {
            return MediaType.Protobuf;
        }
        return text.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) ? MediaType.Form : MediaType.Other;
    }
}
