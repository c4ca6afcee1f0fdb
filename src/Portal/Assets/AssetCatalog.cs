using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Observability.Portal.Assets;

/// <summary>
/// Styles, scripts, type faces and icon, embedded in the assembly. Their addresses hold a hash of their content, so browsers keep them for a year and see a
/// new version at once.
/// </summary>
public sealed class AssetCatalog
{
    private const string ResourcePrefix = "wwwroot/";

    private const string AddressPrefix = "/assets/";

    private readonly Dictionary<string, Asset> _byAddress = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Asset> _byName = new(StringComparer.Ordinal);

    public AssetCatalog()
    {
        var sources = ReadSources();
        var bundled = AssetBundles.All.SelectMany(static bundle => bundle.Parts).ToHashSet(StringComparer.Ordinal);
        foreach (var (path, content) in sources.Where(source => !bundled.Contains(source.Key)))
        {
            Add(Path.GetFileName(path), content);
        }
        // After the single files: styles name type faces, whose addresses must be known by then.
        foreach (var (name, parts) in AssetBundles.All)
        {
            var text = string.Join('\n', parts.Select(part => Encoding.UTF8.GetString(
                sources.GetValueOrDefault(part) ?? throw new InvalidOperationException($"{name} is made of {part}, which is not embedded"))));
            Add(name, Encoding.UTF8.GetBytes(WithAddresses(text)));
        }
    }

    /// <summary>The address of a file by its name: <c>portal.css</c> gives <c>/assets/portal.1f3c….css</c>.</summary>
    public string AddressOf(string name) => _byName[name].Address;

    public void Map(IEndpointRouteBuilder endpoints)
    {
        // No role: the pages of the sign-in refusal need them too, and they hold nothing but the product's own look.
        endpoints.MapGet(AddressPrefix + "{file}", Results<NotFound, FileContentHttpResult> (HttpContext http, string file) =>
        {
            if (!_byAddress.TryGetValue(AddressPrefix + file, out var asset))
            {
                return TypedResults.NotFound();
            }
            http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
            http.Response.Headers.XContentTypeOptions = "nosniff";
            http.Response.Headers.Vary = "Accept-Encoding";
            if (asset.Compressed is { } compressed && http.Request.Headers.AcceptEncoding.ToString().Contains("br", StringComparison.OrdinalIgnoreCase))
            {
                http.Response.Headers.ContentEncoding = "br";
                return TypedResults.File(compressed, asset.ContentType);
            }
            return TypedResults.File(asset.Content, asset.ContentType);
        });
    }

    private static Dictionary<string, byte[]> ReadSources()
    {
        var assembly = typeof(AssetCatalog).Assembly;
        var sources = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var resource in assembly.GetManifestResourceNames().Where(static name => name.StartsWith(ResourcePrefix, StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(resource) ?? throw new InvalidOperationException($"the embedded file {resource} is gone");
            using var content = new MemoryStream();
            stream.CopyTo(content);
            sources[resource[ResourcePrefix.Length..]] = content.ToArray();
        }
        return sources;
    }

    private void Add(string name, byte[] content)
    {
        var asset = new Asset(name, content);
        _byName[name] = asset;
        _byAddress[asset.Address] = asset;
    }

    private string WithAddresses(string text) =>
        _byName.Aggregate(text, static (text, asset) => text.Replace($"url({AddressPrefix}{asset.Key})", $"url({asset.Value.Address})", StringComparison.Ordinal));
}
