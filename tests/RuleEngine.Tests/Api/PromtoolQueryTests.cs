using System.Globalization;
using Observability.RuleEngine.Tests.Runs;
using Observability.TestKit;

namespace Observability.RuleEngine.Tests.Api;

/// <summary>Debian's promtool asks our query API as it asks Prometheus.</summary>
public sealed class PromtoolQueryTests(EngineHost host) : IClassFixture<EngineHost>
{
    private const string Promtool = "/usr/bin/promtool";

    private static string Now => Seconds(0);

    [Fact]
    public async Task An_instant_query_is_answered() =>
        Assert.Contains("rows{table=\"orders \\\"new\\\"\"} => 2.5 @[", await RunAsync("instant", "--time", Now, "<url>", "rows"), StringComparison.Ordinal);

    [Fact]
    public async Task A_range_query_is_answered()
    {
        var output = await RunAsync("range", "--start", Seconds(-60), "--end", Now, "--step", "30s", "<url>", "rows");
        Assert.Equal(3, output.Split('@').Length - 1);
    }

    [Fact]
    public async Task Series_are_listed() =>
        Assert.Contains("__name__=\"rows\"", await RunAsync("series", "--match", "rows", "--start", Seconds(-3600), "--end", Now, "<url>"), StringComparison.Ordinal);

    [Fact]
    public async Task Label_values_are_listed() =>
        Assert.Contains("orders \"new\"", await RunAsync("labels", "--start", Seconds(-3600), "--end", Now, "<url>", "table"), StringComparison.Ordinal);

    [Fact]
    public async Task A_wrong_query_says_what_is_wrong()
    {
        var (exitCode, output) = await TryRunAsync("instant", "<url>", "sum(");
        Assert.NotEqual(0, exitCode);
        Assert.Contains("bad_data", output, StringComparison.Ordinal);
    }

    private static string Seconds(int fromNow) => ((Reports.Now / 1000) + fromNow).ToString(CultureInfo.InvariantCulture);

    private async Task<string> RunAsync(params string[] arguments)
    {
        var (exitCode, output) = await TryRunAsync(arguments);
        Assert.True(exitCode == 0, output);
        return output;
    }

    private Task<(int ExitCode, string Output)> TryRunAsync(params string[] arguments)
    {
        Assert.SkipUnless(File.Exists(Promtool), $"needs prometheus: {Promtool} does not exist; install the Debian package prometheus");
        var url = host.Url.ToString().TrimEnd('/');
        return ChildProcess.RunAsync(new ProgramStart(Promtool, ["query", .. arguments.Select(argument => argument == "<url>" ? url : argument)]), TimeSpan.FromSeconds(30));
    }
}
