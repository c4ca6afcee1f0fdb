using System.Text;
using System.Text.Json;
using Observability.Contracts;

namespace Observability.Notifier.Tests.Rendering;

/// <summary>Every text that comes from outside holds, in turn, each thing that means something to a medium.</summary>
public sealed class HostileTextTests
{
    public static TheoryData<string> Attacks =>
    [
        "<!channel> look", "<!here|x>", "<@U0123456789>", "<!subteam^S0123>", "<https://evil.example|prod>", "a & b <b>bold</b>",
        "<script>alert(1)</script>", "\" onmouseover=\"x", "'><img src=x>", "x\r\nBcc: victim@example.com", "```\nout of the block", "{{ .Owner.Email }}",
        "\u202Egnp.exe", "\e[31mred\e[0m", "\0nul", new string('<', 5000), "emoji 😀 " + new string('€', 4000),
    ];

    [Theory]
    [MemberData(nameof(Attacks))]
    public void Text_of_others_stays_text_in_every_medium_and_inside_the_limits(string attack)
    {
        var rendered = Renderings.Of(Poisoned(attack));

        using var slack = JsonDocument.Parse(rendered.Slack);
        foreach (var text in TextsOf(slack.RootElement))
        {
            Assert.DoesNotContain("<!channel", text, StringComparison.Ordinal);
            Assert.DoesNotContain("<!here", text, StringComparison.Ordinal);
            Assert.DoesNotContain("<@", text, StringComparison.Ordinal);
            Assert.DoesNotContain("<!subteam", text, StringComparison.Ordinal);
            Assert.DoesNotContain("<https://evil", text, StringComparison.Ordinal);
            Assert.True(text.Length <= 3000, $"{text.Length} characters");
        }
        Assert.True(slack.RootElement.GetProperty("blocks")[0].GetProperty("text").GetProperty("text").GetString()!.Length <= 150);
        Assert.DoesNotContain("<script", rendered.Mail.Html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img", rendered.Mail.Html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("\" onmouseover", rendered.Mail.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>bold", rendered.Mail.Html, StringComparison.Ordinal);
        Assert.True(rendered.Mail.Subject.All(c => !char.IsControl(c)) && rendered.Mail.Subject.Length <= 150);
        Assert.True(Encoding.UTF8.GetByteCount(rendered.Mail.Html) < 100_000);
    }

    [Fact]
    public void A_template_of_the_receiver_may_mention_and_a_label_inside_it_may_not()
    {
        var configuration = Configurations.Load(Configurations.Slack(
            "prod", new Uri("http://127.0.0.1:9/"), "        title: 'T {{ .CommonLabels.pipeline }}'\n        text: '<!here> {{ .CommonLabels.pipeline }}'\n"));

        var rendered = Renderings.Of(Poisoned("<!channel>"), configuration);

        Assert.Contains("<!here>", rendered.Slack, StringComparison.Ordinal);
        Assert.DoesNotContain("<!channel>", rendered.Slack, StringComparison.Ordinal);
    }

    [Fact]
    public void A_broken_template_gives_the_default_text_and_says_so()
    {
        var configuration = Configurations.Load(Configurations.Slack("prod", new Uri("http://127.0.0.1:9/"), "        title: '{{ template \"gone\" . }}'\n"));

        var rendered = Renderings.Of(Intents.Firing("prod", "slack[0]"), configuration);

        Assert.Contains("prod: orders_daily failed in fct_orders", rendered.Slack, StringComparison.Ordinal);
        Assert.Contains("A template of this receiver is wrong", rendered.Slack, StringComparison.Ordinal);
        Assert.Contains("gone", Assert.Single(rendered.TemplateErrors), StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_error_is_cut_at_a_line_with_the_count_of_the_rest()
    {
        var run = Intents.Run("p") with { Error = string.Join('\n', Enumerable.Range(1, 40).Select(n => $"line {n}")) };

        var rendered = Renderings.Of(Intents.Firing("prod", "slack[0]") with { Alerts = [Intents.Alert("p") with { Run = run }] });

        Assert.Contains("line 12", rendered.Mail.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("line 13", rendered.Mail.Text, StringComparison.Ordinal);
        Assert.Contains("28 more lines", rendered.Mail.Text, StringComparison.Ordinal);
    }

    private static NotificationIntent Poisoned(string text)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["alertname"] = text, ["severity"] = "error", ["pipeline"] = text };
        var run = Intents.Run(text) with { Error = text, FailedTask = text, RunId = text, Commit = text, Url = text, Source = text };
        var alert = Intents.Alert("x") with
        {
            Labels = labels,
            Annotations = new Dictionary<string, string>(StringComparer.Ordinal) { ["summary"] = text, ["description"] = text, ["runbook_url"] = "javascript:" + text },
            Owner = new NoticeOwner(text, text, text, text, text),
            Run = run,
            Why = [new WhyStep(text, true, text)],
        };
        return Intents.Firing("prod", "slack[0]") with { Alerts = [alert, alert with { Run = null }], RouteReason = text };
    }

    private static IEnumerable<string> TextsOf(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => [element.GetString()!],
        JsonValueKind.Array => element.EnumerateArray().SelectMany(TextsOf),
        JsonValueKind.Object => element.EnumerateObject().SelectMany(property => TextsOf(property.Value)),
        _ => [],
    };
}
