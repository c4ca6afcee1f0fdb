using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization;
using Observability.Notifier.Rendering;

namespace Observability.Notifier.Recording;

/// <summary>
/// What a notice looked like, as it is stored: <c>{"version":1,"brotli":"…base64…"}</c>. A mail is mostly inline styles and shrinks to a tenth, and
/// the store holds its documents in memory.
/// </summary>
internal static class RenderingCodec
{
    private const int CurrentVersion = 1;

    public static byte[] Encode(RenderedNotice rendered)
    {
        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            JsonSerializer.Serialize(brotli, rendered, RenderingJson.Default.RenderedNotice);
        }
        var stored = new StoredRendering(CurrentVersion, Convert.ToBase64String(packed.GetBuffer(), 0, (int)packed.Length));
        return JsonSerializer.SerializeToUtf8Bytes(stored, RenderingJson.Default.StoredRendering);
    }

    public static RenderedNotice Decode(ReadOnlySpan<byte> content)
    {
        var stored = JsonSerializer.Deserialize(content, RenderingJson.Default.StoredRendering)!;
        using var brotli = new BrotliStream(new MemoryStream(Convert.FromBase64String(stored.Brotli)), CompressionMode.Decompress);
        return JsonSerializer.Deserialize(brotli, RenderingJson.Default.RenderedNotice)!;
    }
}

internal sealed record StoredRendering(int Version, string Brotli);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(StoredRendering))]
[JsonSerializable(typeof(RenderedNotice))]
internal sealed partial class RenderingJson : JsonSerializerContext;
