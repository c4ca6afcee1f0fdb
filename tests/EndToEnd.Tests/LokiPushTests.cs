using System.Globalization;
using System.Text.Json;
using Observability.EndToEnd.Tests.Shapes;
using Observability.TestKit;

namespace Observability.EndToEnd.Tests;

public sealed class LokiPushTests
{
    private const int Lines = 200;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_pino_loki_pushes_is_read_back_by_its_labels_and_metadata()
    {
        using var pino = await NodeProgram.RestoreAsync(RepositoryRoot.PathOf("tests/EndToEnd.Tests/Clients/pino-loki")).OrSkipAsync();
        await using var shape = await StandaloneShape.StartAsync(configuration: "");
        var (exitCode, output) = await pino.RunAsync("push.js", s_patience, shape.Url.ToString().TrimEnd('/'), Lines.ToString(CultureInfo.InvariantCulture));
        Assert.True(exitCode == 0 && output.Length == 0, $"exit code {exitCode}\n{output}\n{shape.Output}");

        // By the label that became an attribute, as somebody's panel asks for it, and by those of our streams.
        await Eventually.TrueAsync(async () => (await LinesAsync(shape, """{app="orders"}""")).Count == Lines + 1, s_patience, $"all lines in Standalone\n{shape.Output}");
        Assert.Equal(Lines, (await LinesAsync(shape, """{environment="prod", source="loki", pipeline="orders_daily", level="info"} | json | msg="loaded" """)).Count);
        var (labels, line) = Assert.Single(await LinesAsync(shape, """{app="orders", task="load_orders", level="error"} | attempt="2" """));
        Assert.Equal(
            ["app=orders", "environment=prod", "level=error", "pipeline=orders_daily", "task=load_orders", "trace_id=5b8aa5a2d2c872e8321cf37308d69df2"],
            labels.Where(static label => label.Split('=')[0] is "app" or "environment" or "level" or "pipeline" or "task" or "trace_id"));
        Assert.Contains("raw.orders", line, StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<(IReadOnlyList<string> Labels, string Line)>> LinesAsync(Shape shape, string query)
    {
        using var answer = JsonDocument.Parse(await shape.Client.GetStringAsync(
            new Uri($"/loki/api/v1/query_range?since=1h&limit=1000&query={Uri.EscapeDataString(query)}", UriKind.Relative), Cancellation));
        return [.. answer.RootElement.GetProperty("data").GetProperty("result").EnumerateArray().SelectMany(static stream => stream.GetProperty("values").EnumerateArray()
            .Select(value => (
                (IReadOnlyList<string>)[.. stream.GetProperty("stream").EnumerateObject().Select(static label => $"{label.Name}={label.Value.GetString()}").Order(StringComparer.Ordinal)],
                value[1].GetString()!)))];
    }
}
