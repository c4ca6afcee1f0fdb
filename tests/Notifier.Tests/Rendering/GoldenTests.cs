using System.Text.Json;
using Observability.Contracts;
using Observability.TestKit;

namespace Observability.Notifier.Tests.Rendering;

/// <summary>
/// What people see, frozen. A wanted change is taken over with <c>OBS_UPDATE_GOLDEN=1</c>; the difference is then read like code.
/// </summary>
public sealed class GoldenTests
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Theory]
    [InlineData("firing")]
    [InlineData("update")]
    [InlineData("resolved")]
    [InlineData("test")]
    public void A_notice_looks_as_agreed(string name)
    {
        var rendered = Renderings.Of(IntentOf(name));

        Compare($"slack-{name}.json", JsonSerializer.Serialize(JsonDocument.Parse(rendered.Slack).RootElement, Indented) + "\n");
        Compare($"mail-{name}.txt", $"Subject: {rendered.Mail.Subject}\n\n{rendered.Mail.Text}");
        Compare($"mail-{name}.html", rendered.Mail.Html);
    }

    private static NotificationIntent IntentOf(string name) => name switch
    {
        "firing" => Intents.Firing("prod", "slack[0]"),
        "update" => Intents.Firing("prod", "slack[0]", ordinal: 2, incident: 1, isUpdate: true) with
        {
            Alerts = [Intents.Alert("orders_daily") with { Occurrences = 2 }, Intents.Alert("orders_hourly")],
        },
        "resolved" => Intents.Resolved("prod", "slack[0]"),
        _ => Intents.Firing("prod", "slack[0]") with { Kind = IntentKind.Test, Alerts = [Intents.Alert("x") with { Run = null, Why = [], Owner = null }] },
    };

    private static void Compare(string file, string actual)
    {
        var path = RepositoryRoot.PathOf(Path.Combine("tests/Notifier.Tests/Golden", file));
        if (Environment.GetEnvironmentVariable("OBS_UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(path, actual);
        }
        Assert.True(File.Exists(path), $"{file} is missing; OBS_UPDATE_GOLDEN=1 writes it");
        Assert.Equal(File.ReadAllText(path), actual);
    }
}
