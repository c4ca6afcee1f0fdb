using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Observability.Configuration;
using Observability.RuleEngine.Api;
using Observability.TestKit;

namespace Observability.RuleEngine.Tests.Api;

public sealed class StatusApiTests
{
    private const string Alerting = """
        # The team's own words stay.
        global:
          slack_api_url: 'https://hooks.slack.example/services/T0/B0/first-secret'   # and so does this
        route: {receiver: fallback}
        receivers:
          - name: fallback
          - name: prod
            webhook_configs:
              - url: "https://example.com/second-secret"
          - name: dev
            pagerduty_configs:
              - routing_key: third-secret
        """;

    private static readonly DateTimeOffset s_start = new(2026, 11, 21, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task The_answer_has_the_members_that_alertmanagers_description_requires()
    {
        var answer = await AskAsync(Alerting);
        Assert.Equal(["cluster", "versionInfo", "config", "uptime"], answer.EnumerateObject().Select(member => member.Name));
        Assert.Equal("disabled", answer.GetProperty("cluster").GetProperty("status").GetString());
        Assert.Empty(answer.GetProperty("cluster").GetProperty("peers").EnumerateArray());
        Assert.Equal(["version", "revision", "branch", "buildUser", "buildDate", "goVersion"], answer.GetProperty("versionInfo").EnumerateObject().Select(member => member.Name));
        Assert.Equal(["original"], answer.GetProperty("config").EnumerateObject().Select(member => member.Name));
    }

    [Fact]
    public async Task The_uptime_is_the_moment_of_the_start()
    {
        Assert.Equal(s_start, (await AskAsync(Alerting)).GetProperty("uptime").GetDateTimeOffset());
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public async Task The_configuration_is_the_file_byte_for_byte_but_for_its_secrets(string lineEnd)
    {
        var text = Alerting.ReplaceLineEndings(lineEnd) + lineEnd + "# the end, without a line end";
        var expected = text
            .Replace("'https://hooks.slack.example/services/T0/B0/first-secret'", "<secret>", StringComparison.Ordinal)
            .Replace("\"https://example.com/second-secret\"", "<secret>", StringComparison.Ordinal)
            .Replace("third-secret", "<secret>", StringComparison.Ordinal);
        Assert.Equal(expected, (await AskAsync(text)).GetProperty("config").GetProperty("original").GetString());
    }

    [Fact]
    public async Task A_reload_is_seen_at_once()
    {
        var files = new TestConfiguration().With("alerting.yaml", Alerting);
        var active = ActiveConfiguration.Open("/configuration/", files: files);
        await using var application = await StartAsync(active);
        files.With("alerting.yaml", Alerting.Replace("own words", "new words", StringComparison.Ordinal));
        active.Adopt(active.Read().Configuration!);
        Assert.StartsWith("# The team's new words stay.", (await GetAsync(application)).GetProperty("config").GetProperty("original").GetString(), StringComparison.Ordinal);
    }

    private static async Task<JsonElement> AskAsync(string alerting)
    {
        await using var application = await StartAsync(ActiveConfiguration.Open("/configuration/", files: new TestConfiguration().With("alerting.yaml", alerting)));
        return await GetAsync(application);
    }

    private static async Task<WebApplication> StartAsync(ActiveConfiguration active)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<TimeProvider>(new ManualTime(s_start));
        builder.Services.AddSingleton(active);
        var application = builder.Build();
        application.MapStatus();
        await application.StartAsync();
        return application;
    }

    private static async Task<JsonElement> GetAsync(WebApplication application)
    {
        using var client = new HttpClient();
        return JsonSerializer.Deserialize<JsonElement>(await client.GetStringAsync(new Uri($"{application.Urls.Single()}/api/v2/status")));
    }
}
