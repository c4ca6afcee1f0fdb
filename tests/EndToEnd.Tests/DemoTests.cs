using System.Text.Json;
using Observability.EndToEnd.Tests.Shapes;
using Observability.TestKit;

namespace Observability.EndToEnd.Tests;

public sealed class DemoTests
{
    [Fact]
    public async Task The_demo_tells_prod_and_never_tells_a_prod_receiver_of_dev()
    {
        await using var shape = await StandaloneShape.StartAsync(configuration: "", "--demo");
        Assert.Contains(shape.Url.ToString().TrimEnd('/'), shape.Output, StringComparison.Ordinal);
        List<(string Receiver, string Environment)> notices = [];
        await Eventually.TrueAsync(
            async () => (notices = await NoticesAsync(shape)).Exists(notice => notice is { Receiver: "prod", Environment: "prod" }) && notices.Exists(notice => notice.Environment == "dev"),
            TimeSpan.FromSeconds(75),
            $"a notice of prod and one of dev\n{shape.Output}");
        Assert.DoesNotContain(notices, notice => notice.Receiver == "prod" && notice.Environment != "prod");
        Assert.DoesNotContain(notices, notice => notice.Receiver == "non-prod" && notice.Environment == "prod");
        Assert.DoesNotContain("was refused", shape.Output, StringComparison.Ordinal);
    }

    private static async Task<List<(string, string)>> NoticesAsync(Shape shape)
    {
        using var answer = JsonDocument.Parse(await shape.Client.GetStringAsync(new Uri("/api/v1/notices", UriKind.Relative)));
        return [.. answer.RootElement.EnumerateArray().Select(notice => (notice.GetProperty("receiver").GetString()!, notice.GetProperty("environment").GetString()!))];
    }
}
