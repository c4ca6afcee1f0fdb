using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Observability.ServiceDefaults.Access;

namespace Observability.ServiceDefaults.Tests.Access;

/// <summary>Without access.yaml.</summary>
public sealed class OpenProductTests
{
    [Theory]
    [InlineData("application/json", null, null, HttpStatusCode.OK)]
    [InlineData("application/x-protobuf", null, null, HttpStatusCode.OK)]
    [InlineData("text/plain", null, null, HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/x-www-form-urlencoded; charset=utf-8", null, null, HttpStatusCode.UnsupportedMediaType)]
    [InlineData("multipart/form-data", null, null, HttpStatusCode.UnsupportedMediaType)]
    [InlineData(null, null, null, HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/json", "https://evil.example", null, HttpStatusCode.Forbidden)]
    [InlineData("application/json", "null", null, HttpStatusCode.Forbidden)]
    [InlineData("application/json", "http://127.0.0.1:1", null, HttpStatusCode.Forbidden)]
    [InlineData("application/json", null, "rebound.example", HttpStatusCode.Forbidden)]
    [InlineData("application/json", null, "localhost:9", HttpStatusCode.OK)]
    [InlineData("application/json", null, "[::1]:9", HttpStatusCode.OK)]
    public async Task No_web_page_can_post(string? contentType, string? origin, string? host, HttpStatusCode expected)
    {
        await using var app = await AccessFixtures.StartAsync(null);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/write") { Content = new ByteArrayContent("{}"u8.ToArray()) };
        request.Content.Headers.ContentType = contentType is null ? null : MediaTypeHeaderValue.Parse(contentType);
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }
        request.Headers.Host = host;
        using var response = await client.SendAsync(request);
        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task Its_own_page_may_post_and_the_actor_is_unsigned()
    {
        await using var app = await AccessFixtures.StartAsync(null);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        client.DefaultRequestHeaders.Add("Origin", app.Urls.First());
        using var response = await client.PostAsync("/write", new StringContent("{}", Encoding.UTF8, "application/json"));
        Assert.Equal("unsigned", await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("http://0.0.0.0:0")]
    [InlineData("http://*:0")]
    [InlineData("http://+:0")]
    [InlineData("http://[::]:0")]
    [InlineData("http://127.0.0.1:0;http://10.1.2.3:80")]
    public async Task It_refuses_to_listen_where_others_can_reach_it(string urls)
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => AccessFixtures.StartAsync(null, urls));
        Assert.Contains("access.yaml", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:8080", true)]
    [InlineData("http://127.1.2.3:8080", true)]
    [InlineData("http://localhost:8080", true)]
    [InlineData("http://[::1]:8080", true)]
    [InlineData("http://unix:/run/obs.sock", true)]
    [InlineData("http://example.org:8080", false)]
    [InlineData("http://localhost.example.org:8080", false)]
    [InlineData("http://192.168.1.5:8080", false)]
    public void Loopback_addresses_are_known(string address, bool expected) => Assert.Equal(expected, LoopbackOnlyService.IsLoopback(address));
}
