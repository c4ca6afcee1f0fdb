using System.Globalization;
using System.Text;
using Observability.EndToEnd.Tests.Shapes;
using Observability.TestKit;

namespace Observability.EndToEnd.Tests.Recorded;

/// <summary>A Standalone with a few lines and a failed run, which every recorded request is put to.</summary>
public sealed class AskedStandalone : IAsyncLifetime
{
    internal Shape Shape { get; private set; } = null!;

    public DateTimeOffset Start { get; private set; }

    public DateTimeOffset End { get; private set; }

    public async ValueTask InitializeAsync()
    {
        Shape = await StandaloneShape.StartAsync(configuration: "");
        Start = TimeProvider.System.GetUtcNow().AddMinutes(-10);
        var time = (Start.ToUnixTimeMilliseconds() + 120_000).ToString(CultureInfo.InvariantCulture);
        await PostAsync("/loki/api/v1/push", $$$"""
            {"streams":[{"stream":{"app":"orders","environment":"production","level":"info"},"values":[["{{{time}}}000000","loaded 12 rows"],["{{{time}}}000001","loaded 7 rows",{"user":"ana"}]]},
                        {"stream":{"app":"orders","environment":"production","level":"error"},"values":[["{{{time}}}000002","not loaded"]]}]}
            """);
        await PostAsync("/webhooks/run", """{"source":"airflow","pipeline":"orders","environment":"prod","status":"failed","run_id":"1","error":"relation does not exist"}""");
        await Eventually.TrueAsync(
            async () => (await Shape.Client.GetStringAsync(new Uri("/api/v1/alerts", UriKind.Relative))).Contains("orders", StringComparison.Ordinal),
            TimeSpan.FromSeconds(30), $"an alert of the failed run\n{Shape.Output}");
        // A whole number of every step that is asked for: the alert's samples lie at the very end.
        const int Quarter = 15;
        End = Start.AddSeconds(Quarter * Math.Ceiling((TimeProvider.System.GetUtcNow() - Start).TotalSeconds / Quarter));
    }

    public async ValueTask DisposeAsync() => await Shape.DisposeAsync();

    private async Task PostAsync(string path, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await Shape.Client.PostAsync(new Uri(path, UriKind.Relative), content);
        Assert.True(response.IsSuccessStatusCode, $"{path}: {response.StatusCode}\n{Shape.Output}");
    }
}

public sealed class RecordedRequestTests(AskedStandalone asked) : IClassFixture<AskedStandalone>
{
    private static readonly string s_folder = RepositoryRoot.PathOf("tests/EndToEnd.Tests/Recorded");

    public static IEnumerable<TheoryDataRow<string>> Files => Directory.GetFiles(s_folder, "*.http", SearchOption.AllDirectories)
        .Select(static file => Path.GetRelativePath(s_folder, file)).Order(StringComparer.Ordinal).Select(static file => new TheoryDataRow<string>(file));

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_documented_request_gets_the_documented_shape(string file)
    {
        var fault = await RecordedExchange.Load(Path.Combine(s_folder, file), asked.Start, asked.End).PlayAsync(asked.Shape.Url, TestContext.Current.CancellationToken);
        Assert.True(fault.Length == 0, $"{file}: {fault}");
    }

    [Theory]
    [InlineData("a.b : number", "")]
    [InlineData("a.c[*].d : text", "")]
    [InlineData("a.c[1].d = y", "")]
    [InlineData("a{*} : any", "")]
    [InlineData("l contains 2", "")]
    [InlineData("a.b : text", "'a.b : text' does not hold")]
    [InlineData("a.c[*].d = x", "'a.c[*].d = x' does not hold")]
    [InlineData("a.x : any", "'a.x : any': there is none")]
    [InlineData("a.c[2] : any", "'a.c[2] : any': there is none")]
    [InlineData("l contains 3", "'l contains 3' does not hold")]
    public void A_shape_that_does_not_hold_is_found(string line, string expected) =>
        Assert.Equal(expected, JsonShape.FaultOf("""{"a":{"b":1,"c":[{"d":"x"},{"d":"y"}]},"l":[1,2]}""", line));
}
