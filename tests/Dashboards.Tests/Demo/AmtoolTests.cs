using System.Text.Json;
using Observability.TestKit;

namespace Observability.Dashboards.Tests.Demo;

/// <summary>Debian's amtool, pointed at the program after its demo as an operator of Alertmanager points it at theirs.</summary>
[Collection(nameof(DemoRun))]
public sealed class AmtoolTests(DemoRun demo)
{
    private const string Amtool = "/usr/bin/amtool";

    [Fact]
    public async Task Config_show_prints_the_configuration_in_force_comments_included()
    {
        var shipped = await File.ReadAllTextAsync(RepositoryRoot.PathOf("config/alerting.yaml"), TestContext.Current.CancellationToken);
        Assert.Equal(shipped.TrimEnd(), (await RunAsync("config", "show")).TrimEnd());
    }

    [Fact]
    public async Task Alert_query_lists_what_fires_and_who_is_told()
    {
        using var alerts = JsonDocument.Parse(await RunAsync("alert", "query", "--output=json"));
        var shown = alerts.RootElement.EnumerateArray().Select(alert =>
            $"{Label(alert, "environment")} {Label(alert, "pipeline")} {Label(alert, "alertname")} → {string.Join(", ", alert.GetProperty("receivers").EnumerateArray().Select(receiver => receiver.GetProperty("name").GetString()).Order(StringComparer.Ordinal))}");
        Assert.Equal(
            [
                "dev orders_daily PipelineRunFailed → non-prod",
                "prod finance_close PipelineRunSlow → prod",
                "prod orders_returns DataTestFailed → prod",
                "prod orders_returns PipelineRunFailed → prod",
                "staging shop/platform-infra/platform-infra PipelineRunFailed → non-prod",
                "staging shop/web DeploymentFailed → fallback, non-prod",
            ],
            shown.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Alert_query_takes_matchers()
    {
        using var alerts = JsonDocument.Parse(await RunAsync("alert", "query", "--output=json", "environment=~dev|staging", "alertname=PipelineRunFailed"));
        Assert.Equal(["orders_daily", "shop/platform-infra/platform-infra"], alerts.RootElement.EnumerateArray().Select(alert => Label(alert, "pipeline")).Order(StringComparer.Ordinal));
        Assert.Contains("orders_daily failed in dev", await RunAsync("alert", "query", "environment=dev"), StringComparison.Ordinal);
    }

    private async Task<string> RunAsync(params string[] arguments)
    {
        Assert.SkipUnless(File.Exists(Amtool), $"{Amtool} is not there (Debian package prometheus-alertmanager)");
        var (exitCode, output) = await ChildProcess.RunAsync(new ProgramStart(Amtool, [$"--alertmanager.url={demo.Url}", "--no-version-check", .. arguments]), TimeSpan.FromSeconds(20));
        Assert.True(exitCode == 0, output);
        return output;
    }

    private static string Label(JsonElement alert, string name) => alert.GetProperty("labels").GetProperty(name).GetString()!;
}
