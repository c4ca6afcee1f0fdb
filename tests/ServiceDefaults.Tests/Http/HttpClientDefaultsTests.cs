using System.Globalization;
using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Observability.ServiceDefaults.Http;

namespace Observability.ServiceDefaults.Tests.Http;

public sealed class HttpClientDefaultsTests
{
    [Fact]
    public async Task A_service_is_found_by_name_and_replicas_take_turns()
    {
        var wire = new Wire(_ => HttpStatusCode.OK);
        using var client = ClientOver(wire, ("services:rule-engine:http:0", "http://127.0.0.1:7001"), ("services:rule-engine:http:1", "http://127.0.0.1:7002"));
        for (var i = 0; i < 4; i++)
        {
            using var response = await client.GetAsync("http://rule-engine/api/v1/rules?a=b");
        }
        using var other = await client.GetAsync("http://elsewhere/x");
        Assert.Equal(["127.0.0.1:7001", "127.0.0.1:7001", "127.0.0.1:7002", "127.0.0.1:7002", "elsewhere"], wire.Asked.Select(uri => uri.Authority).Order(StringComparer.Ordinal));
        Assert.Contains(wire.Asked, uri => uri.PathAndQuery == "/api/v1/rules?a=b");
    }

    [Fact]
    public async Task A_read_that_failed_for_a_passing_reason_is_repeated_at_another_replica()
    {
        var wire = new Wire(asked => asked == 1 ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK);
        using var client = ClientOver(wire, ("services:notifier:http:0", "http://127.0.0.1:7001"), ("services:notifier:http:1", "http://127.0.0.1:7002"));
        using var response = await client.GetAsync("http://notifier/x");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(2, wire.Asked.Select(uri => uri.Port).Distinct().Count());
    }

    [Theory]
    [InlineData("POST", HttpStatusCode.ServiceUnavailable)]
    [InlineData("GET", HttpStatusCode.NotFound)]
    [InlineData("GET", HttpStatusCode.NotImplemented)]
    public async Task Writes_and_final_answers_are_not_repeated(string method, HttpStatusCode status)
    {
        var wire = new Wire(_ => status);
        using var client = ClientOver(wire);
        using var request = new HttpRequestMessage(new HttpMethod(method), "http://elsewhere/x");
        using var response = await client.SendAsync(request);
        Assert.Equal(status, response.StatusCode);
        Assert.Single(wire.Asked);
    }

    private static HttpClient ClientOver(Wire wire, params (string Key, string Value)[] settings)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(pair => pair.Key, pair => (string?)pair.Value)).Build());
        HttpClientDefaults.Add(services);
        services.AddHttpClient("tested").ConfigurePrimaryHttpMessageHandler(() => wire);
        return services.BuildServiceProvider().GetRequiredService<IHttpClientFactory>().CreateClient("tested");
    }

    private sealed class Wire(Func<int, HttpStatusCode> answer) : HttpMessageHandler
    {
        public List<Uri> Asked { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked.Add(request.RequestUri!);
            return Task.FromResult(new HttpResponseMessage(answer(Asked.Count)) { ReasonPhrase = Asked.Count.ToString(CultureInfo.InvariantCulture) });
        }
    }
}
