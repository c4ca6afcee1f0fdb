using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Observability.Configuration;

namespace Observability.ServiceDefaults.Tests.Access;

public sealed class RequireRoleTests
{
    private static readonly AccessConfiguration Access = AccessFixtures.Keys(
        AccessFixtures.Key("ci", "ingest-key", AccessRoles.Ingest), AccessFixtures.Key("viewer", "read-key", AccessRoles.Read), AccessFixtures.Key("boss", "admin-key", AccessRoles.Admin));

    [Theory]
    [InlineData("Authorization", "Bearer ingest-key", HttpStatusCode.OK)]
    [InlineData("Authorization", "bearer  ingest-key", HttpStatusCode.OK)]
    [InlineData("Authorization", "Splunk ingest-key", HttpStatusCode.OK)]
    [InlineData("X-Api-Key", "ingest-key", HttpStatusCode.OK)]
    [InlineData("Authorization", "Bearer admin-key", HttpStatusCode.OK)]
    [InlineData("Authorization", "Bearer read-key", HttpStatusCode.Forbidden)]
    [InlineData("Authorization", "Bearer ingest-ke", HttpStatusCode.Unauthorized)]
    [InlineData("Authorization", "Digest ingest-key", HttpStatusCode.Unauthorized)]
    [InlineData("Authorization", "Basic not-base64", HttpStatusCode.Unauthorized)]
    [InlineData("X-Other", "ingest-key", HttpStatusCode.Unauthorized)]
    public async Task A_key_opens_what_its_roles_say_wherever_the_client_puts_it(string header, string value, HttpStatusCode expected)
    {
        await using var app = await AccessFixtures.StartAsync(Access);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/write") { Content = new StringContent("{}", Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation(header, value);
        using var response = await client.SendAsync(request);
        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task The_password_of_basic_authentication_is_a_key_and_its_name_is_the_actor()
    {
        await using var app = await AccessFixtures.StartAsync(Access);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        client.DefaultRequestHeaders.Add("Authorization", "Basic " + Convert.ToBase64String("anybody:ingest-key"u8));
        using var response = await client.PostAsync("/write", new StringContent("{}", Encoding.UTF8, "application/json"));
        Assert.Equal("ci", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_page_elsewhere_cannot_write_with_the_password_that_the_browser_remembers()
    {
        await using var app = await AccessFixtures.StartAsync(Access);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        client.DefaultRequestHeaders.Add("Authorization", "Basic " + Convert.ToBase64String("anybody:ingest-key"u8));
        client.DefaultRequestHeaders.Add("Origin", "https://evil.example");
        using var response = await client.PostAsync("/write", new StringContent("{}", Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Theory]
    [InlineData("https://evil.example", true, HttpStatusCode.Forbidden)]
    [InlineData(null, true, HttpStatusCode.OK)]
    [InlineData("https://evil.example", false, HttpStatusCode.OK)]
    public async Task A_page_elsewhere_cannot_read_over_a_WebSocket_which_browsers_would_show_it(string? origin, bool isWebSocket, HttpStatusCode expected)
    {
        await using var app = await AccessFixtures.StartAsync(Access);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/read");
        request.Headers.Add("Authorization", "Basic " + Convert.ToBase64String("anybody:read-key"u8));
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }
        if (isWebSocket)
        {
            request.Headers.Add("Connection", "Upgrade");
            request.Headers.Add("Upgrade", "websocket");
            request.Headers.Add("Sec-WebSocket-Version", "13");
            request.Headers.Add("Sec-WebSocket-Key", "MDEyMzQ1Njc4OWFiY2RlZg==");
        }
        using var response = await client.SendAsync(request);
        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task Handlers_of_a_group_are_protected_and_the_refusal_says_how_to_present_a_key()
    {
        await using var app = await AccessFixtures.StartAsync(Access);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        using var refused = await client.GetAsync("/api/read");
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Contains("Basic", refused.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        Assert.Contains("X-Api-Key", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        client.DefaultRequestHeaders.Add("X-Api-Key", "read-key");
        Assert.Equal("read", await client.GetStringAsync("/api/read"));
    }
}
