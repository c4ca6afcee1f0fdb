using Observability.Configuration;

namespace Observability.Configuration.Tests.Alerting;

/// <summary>Settings that outlive their file: all of them come back, but no secret was written down.</summary>
public sealed class IntegrationSettingsTests
{
    private const string Text = """
        global: { smtp_smarthost: 'mail:25', smtp_from: a@example.com, smtp_auth_username: user, smtp_auth_password: literal-password }
        route: { receiver: all }
        receivers:
          - name: all
            slack_configs:
              - api_url: https://hooks.example.com/literal-token
                channel: '#data'
                send_resolved: true
                fields: [{ title: a, value: b, short: true }]
                actions: [{ type: button, text: Runbook, url: 'https://wiki' }]
              - { api_url_file: /etc/slack/url, http_config: { follow_redirects: false } }
            email_configs:
              - { to: 'data@example.com', headers: { Subject: s }, html: '' }
            webhook_configs:
              - { url: 'https://example.com/hook', max_alerts: 3, http_config: { basic_auth: { username: u, password_file: /etc/password } } }
            pagerduty_configs:
              - { routing_key_file: /etc/routing-key, details: { a: b } }
            opsgenie_configs:
              - { api_key_file: /etc/api-key, responders: [{ name: team, type: team }] }
            msteams_configs:
              - { webhook_url: 'https://example.com/teams' }
        """;

    public static TheoryData<string> Names => [.. Integrations().Select(integration => integration.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Written_and_read_again_they_are_the_same(string name)
    {
        var written = IntegrationSettings.Write(Integrations().Single(integration => integration.Name == name));
        var read = IntegrationSettings.Read(written);
        Assert.NotNull(read);
        Assert.Equal(name, read.Name);
        Assert.Equal(written, IntegrationSettings.Write(read));
        Assert.DoesNotContain("literal", written, StringComparison.Ordinal);
        Assert.DoesNotContain("https://example.com", written, StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_in_a_file_survives_and_one_in_the_text_says_why_it_is_lost()
    {
        var slack = Integrations().OfType<SlackIntegration>().Select(integration => (SlackIntegration)IntegrationSettings.Read(IntegrationSettings.Write(integration))!).ToList();
        Assert.Contains("kept nowhere else", slack[0].ApiUrl!.Read(DiskFileReader.Instance).Problem, StringComparison.Ordinal);
        Assert.Equal("/etc/slack/url", slack[1].ApiUrl!.FilePath);
        Assert.True(slack[0].SendResolved);
        Assert.False(slack[1].Http.FollowRedirects);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"type":"pigeon","kind":"pigeon","index":0,"line":1}""")]
    public void What_it_cannot_read_is_no_integration(string text) => Assert.Null(IntegrationSettings.Read(text));

    [Fact]
    public void A_setting_that_was_added_later_has_its_default()
    {
        var read = (WebhookIntegration)IntegrationSettings.Read("""{"type":"webhook","url":"/etc/url","kind":"webhook","index":0,"line":1}""")!;
        Assert.True(read.SendResolved);
        Assert.True(read.Http.FollowRedirects);
    }

    [Fact]
    public void The_address_is_where_it_leads_and_not_what_it_is_called()
    {
        var ids = Integrations().ToDictionary(integration => integration.Name, IntegrationAddress.IdOf);
        Assert.Equal(ids.Count, ids.Values.Distinct().Count());
        var slack = Integrations().OfType<SlackIntegration>().First();
        Assert.Equal(ids["slack[0]"], IntegrationAddress.IdOf(slack with { Index = 7, Title = "other", SendResolved = false }));
        Assert.NotEqual(ids["slack[0]"], IntegrationAddress.IdOf(slack with { Channel = "#other" }));
    }

    private static IReadOnlyList<Integration> Integrations()
    {
        var result = AlertingReader.Read(Text, "alerting.yaml", "/etc");
        Assert.True(result.Value is not null, string.Join('\n', result.Errors));
        return result.Value.Receivers[0].Integrations;
    }
}
