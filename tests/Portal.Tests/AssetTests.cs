using Observability.Portal.Assets;
using Observability.TestKit;

namespace Observability.Portal.Tests;

public sealed class AssetTests
{
    [Fact]
    public void Every_style_and_script_is_part_of_what_is_served()
    {
        var root = RepositoryRoot.PathOf("src/Portal/wwwroot");
        var sources = Directory.GetFiles(root, "*.*", SearchOption.AllDirectories).Where(path => path.EndsWith(".css", StringComparison.Ordinal) || path.EndsWith(".js", StringComparison.Ordinal)).Select(path => Path.GetRelativePath(root, path));

        Assert.Equal(sources.Order(StringComparer.Ordinal), AssetBundles.All.SelectMany(bundle => bundle.Parts).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void An_address_changes_with_the_content_and_with_nothing_else()
    {
        Assert.Equal(new Asset("a.css", [1]).Address, new Asset("a.css", [1]).Address);
        Assert.NotEqual(new Asset("a.css", [1]).Address, new Asset("a.css", [2]).Address);
    }

    [Fact]
    public async Task The_styles_name_type_faces_that_are_served_and_text_is_compressed()
    {
        await using var world = await PortalWorld.StartAsync(Recorded.Nothing);
        var styles = await world.Client.GetStringAsync(new Uri(new AssetCatalog().AddressOf(AssetBundles.Styles), UriKind.Relative));
        var faces = System.Text.RegularExpressions.Regex.Matches(styles, @"url\((/assets/[^)]+)\)").Select(match => match.Groups[1].Value).ToList();

        Assert.Equal(2, faces.Count);
        foreach (var face in faces)
        {
            using var response = await world.Client.GetAsync(new Uri(face, UriKind.Relative));
            Assert.Equal("font/woff2", response.Content.Headers.ContentType!.MediaType);
        }
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(new AssetCatalog().AddressOf(AssetBundles.Styles), UriKind.Relative));
        request.Headers.AcceptEncoding.ParseAdd("br");
        using var compressed = await world.Client.SendAsync(request);
        Assert.Equal("br", Assert.Single(compressed.Content.Headers.ContentEncoding));
        Assert.True((await compressed.Content.ReadAsByteArrayAsync()).Length < styles.Length / 3);
    }
}
