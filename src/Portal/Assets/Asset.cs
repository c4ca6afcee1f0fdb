using System.IO.Compression;
using System.Security.Cryptography;

namespace Observability.Portal.Assets;

/// <summary>One file as it is served, compressed once.</summary>
internal sealed class Asset
{
    public Asset(string name, byte[] content)
    {
        Content = content;
        ContentType = ContentTypeOf(name);
        var hash = Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 8));
        Address = $"/assets/{Path.GetFileNameWithoutExtension(name)}.{hash}{Path.GetExtension(name)}";
        var compressed = new byte[BrotliEncoder.GetMaxCompressedLength(content.Length)];
        // Type faces are compressed already; a second time they only cost the reader time.
        Compressed = BrotliEncoder.TryCompress(content, compressed, out var length, quality: 9, window: 22) && length < content.Length * 0.95 ? compressed[..length] : null;
    }

    public byte[] Content { get; }

    /// <summary>As Brotli; null where that saves nothing.</summary>
    public byte[]? Compressed { get; }

    public string ContentType { get; }

    /// <summary>Holds a hash of the content, so that it may be kept for ever.</summary>
    public string Address { get; }

    private static string ContentTypeOf(string name) => Path.GetExtension(name) switch
    {
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        ".woff2" => "font/woff2",
        var other => throw new InvalidOperationException($"'{name}': no content type is known for {other}"),
    };
}
