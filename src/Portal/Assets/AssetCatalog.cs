using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Observability.Portal.Assets;

/// <summary>
/// Style sheet, scripts and icon, embedded in the assembly. Their addresses hold a hash of their content, so browsers keep them for a year and see a new
/// version at once; they are compressed once, at start.
/// </summary>
public sealed class AssetCatalog
{
    private const string ResourcePrefix = "wwwroot/";

    private readonly Dictionary<string, Asset> _byAddress = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _addresses = new(StringComparer.Ordinal);

    public AssetCatalog()
    {
        var assembly = typeof(AssetCatalog).Assembly;
        foreach (var resource in assembly.GetManifestResourceNames().Where(static name => name.StartsWith(ResourcePrefix, StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(resource) ?? throw new InvalidOperationException($"the embedded file {resource} is gone");
            using var content = new MemoryStream();
            stream.CopyTo(content);
            var name = resource[ResourcePrefix.Length..];
            var asset = new Asset(content.ToArray(), ContentTypeOf(name));
            var address = $"/assets/{Path.GetFileNameWithoutExtension(name)}.{asset.Hash}{Path.GetExtension(name)}";
            _byAddress[address] = asset;
            _addresses[name] = address;
        }
    }

    /// <summary>The address of a file by its name in <c>wwwroot</c>: <c>portal.css</c> gives <c>/assets/portal.1f3c….css</c>.</summary>
    public string AddressOf(string name) => _addresses[name];

    public void Map(IEndpointRouteBuilder endpoints)
    {
        // No role: the pages of the sign-in refusal need them too, and they hold nothing but the product's own look.
        endpoints.MapGet("/assets/{file}", Results<NotFound, FileContentHttpResult> (HttpContext http, string file) =>
        {
            if (!_byAddress.TryGetValue($"/assets/{file}", out var asset))
            {
                return TypedResults.NotFound();
            }
            http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
            http.Response.Headers.XContentTypeOptions = "nosniff";
            http.Response.Headers.Vary = "Accept-Encoding";
            var compressed = http.Request.Headers.AcceptEncoding.ToString().Contains("br", StringComparison.OrdinalIgnoreCase);
            if (compressed)
            {
                http.Response.Headers.ContentEncoding = "br";
            }
            return TypedResults.File(compressed ? asset.Compressed : asset.Content, asset.ContentType);
        });
    }

    private static string ContentTypeOf(string name) => Path.GetExtension(name) switch
    {
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        var other => throw new InvalidOperationException($"'{name}': no content type is known for {other}"),
    };

    private sealed class Asset
    {
        public Asset(byte[] content, string contentType)
        {
            Content = content;
            ContentType = contentType;
            Hash = Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 8));
            var compressed = new byte[BrotliEncoder.GetMaxCompressedLength(content.Length)];
            Compressed = BrotliEncoder.TryCompress(content, compressed, out var length, quality: 9, window: 22) ? compressed[..length] : content;
        }

        public byte[] Content { get; }

        public byte[] Compressed { get; }

        public string ContentType { get; }

        public string Hash { get; }
    }
}
