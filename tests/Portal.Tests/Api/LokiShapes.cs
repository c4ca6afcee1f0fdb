using System.Net;
using System.Text.Json;

namespace Observability.Portal.Tests.Api;

/// <summary>Asks Loki's API, and writes its answers as text so that tests can compare them.</summary>
internal static class LokiShapes
{
    public static async Task<string> OkAsync(this PortalWorld world, string address)
    {
        var (status, text) = await world.GetAsync(address);
        Assert.True(status == HttpStatusCode.OK, $"{status}: {text}");
        return text;
    }

    public static async Task<JsonDocument> JsonAsync(this PortalWorld world, string address) => JsonDocument.Parse(await world.OkAsync(address));

    /// <summary>The text of a 400.</summary>
    public static async Task<string> RefusalAsync(this PortalWorld world, string address)
    {
        var (status, text) = await world.GetAsync(address);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        return text;
    }

    /// <summary><c>{label="value"} number</c></summary>
    public static string Sample(JsonElement sample) => $"{Labels(sample.GetProperty("metric"))} {sample.GetProperty("value")[1].GetString()}";

    /// <summary><c>{label="value"} number@second number@second</c></summary>
    public static string Series(JsonElement series) =>
        $"{Labels(series.GetProperty("metric"))} {string.Join(' ', series.GetProperty("values").EnumerateArray().Select(static point => $"{point[1].GetString()}@{point[0].GetRawText()}"))}";

    private static string Labels(JsonElement labels) => "{" + string.Join(", ", labels.EnumerateObject().Select(static label => $"{label.Name}=\"{label.Value.GetString()}\"")) + "}";
}
