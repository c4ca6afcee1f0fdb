using System.Net.Http.Json;

namespace Observability.TestKit.Tests.Servers;

public sealed class PrometheusServersTests
{
    private const string AlertmanagerConfiguration = "route: { receiver: nobody }\nreceivers: [{ name: nobody }]\n";
    private static readonly HttpClient _http = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_Alertmanager_takes_an_alert_dies_and_comes_back()
    {
        await using var server = await AlertmanagerServer.StartAsync(AlertmanagerConfiguration, Cancellation).OrSkipAsync();
        using var posted = await _http.PostAsJsonAsync(
            new Uri(server.Url, "api/v2/alerts"), new[] { new { labels = new { alertname = "Tried" } } }, Cancellation);
        Assert.True(posted.IsSuccessStatusCode);
        Assert.Contains("Tried", await _http.GetStringAsync(new Uri(server.Url, "api/v2/alerts"), Cancellation), StringComparison.Ordinal);

        await server.Kill9Async();
        await Assert.ThrowsAsync<HttpRequestException>(() => _http.GetStringAsync(new Uri(server.Url, "-/ready"), Cancellation));
        await server.RestartAsync(Cancellation);
        Assert.Contains("nobody", await _http.GetStringAsync(new Uri(server.Url, "api/v2/receivers"), Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_configuration_is_in_the_reason()
    {
        if (!File.Exists("/usr/bin/prometheus-alertmanager"))
        {
            Assert.Skip("needs alertmanager: install the Debian package prometheus-alertmanager");
        }
        var refused = await Assert.ThrowsAsync<ServerUnavailableException>(() => AlertmanagerServer.StartAsync("route: { receiver: missing }\n", Cancellation));
        Assert.StartsWith("needs alertmanager: ", refused.Message, StringComparison.Ordinal);
        Assert.Contains("undefined receiver", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_Prometheus_answers_a_query_dies_and_comes_back()
    {
        await using var server = await PrometheusServer.StartAsync("global: { scrape_interval: 1s }\n", cancellationToken: Cancellation).OrSkipAsync();
        var query = new Uri(server.Url, "api/v1/query?query=1%2B1");
        Assert.Contains("\"2\"", await _http.GetStringAsync(query, Cancellation), StringComparison.Ordinal);
        await server.Kill9Async();
        await Assert.ThrowsAsync<HttpRequestException>(() => _http.GetStringAsync(query, Cancellation));
        await server.RestartAsync(Cancellation);
        Assert.Contains("\"2\"", await _http.GetStringAsync(query, Cancellation), StringComparison.Ordinal);
    }
}
