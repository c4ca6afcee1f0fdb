namespace Observability.Configuration.Tests.Alerting;

/// <summary>A file with the shapes that grown installations have: old and new spellings side by side, every integration, all kinds of secrets.</summary>
public sealed class RealWorldFileTests
{
    internal const string File =
        """
        global:
          resolve_timeout: 10m
          smtp_smarthost: 'mail.example.com:587'
          smtp_from: 'alerts@example.com'
          smtp_auth_username: alerts
          smtp_auth_password: "hunter2 #not a comment"   # rotate me
          slack_api_url: https://hooks.slack.com/services/T0/B0/abc
          opsgenie_api_key: og-key
          http_config:
            follow_redirects: false
            proxy_url: http://proxy:3128
        templates: [templates/*.tmpl, /etc/extra.tmpl]
        route:
          receiver: everything
          group_by: [alertname, environment]
          routes:
            - match: {environment: prod}
              match_re:
                severity: error|critical
              receiver: oncall
              group_wait: 10s
              continue: true
              routes:
                - matchers: [team="orders", 'pipeline=~"orders_.*"']
                  group_by: ['...']
                  mute_time_intervals: [offhours]
                  repeat_interval: 1d12h
                - matchers: ['{source="dbt", severity!="info"}']
                  receiver: mail
                  group_by: []
            - matchers:
                - environment=~"dev|staging"
                - severity = warning
              receiver: mail
              active_time_intervals: [workdays, holidays]
        inhibit_rules:
          - source_match: {severity: critical}
            target_match_re: {severity: warning|error}
            equal: [pipeline, environment]
          - source_matchers: [alertname="Upstream"]
            target_matchers: [depends_on="upstream"]
        mute_time_intervals:
          - name: offhours
            time_intervals:
              - times: [{start_time: '18:00', end_time: '24:00'}, {start_time: '00:00', end_time: '08:00'}]
              - weekdays: ['saturday', 'sunday']
        time_intervals:
          - name: workdays
            time_intervals:
              - weekdays: ['monday:friday']
                times: [{start_time: 09:00, end_time: 17:30}]
                location: Europe/Berlin
          - name: holidays
            time_intervals:
              - {days_of_month: ['24:26', '-1'], months: [december], years: ['2026:2028']}
        receivers:
          - name: everything
            webhook_configs:
              - url: https://user:pass@example.com/hook?token=t0p
                max_alerts: 5
                timeout: 15s
              - {url_file: secrets/hook, send_resolved: false}
          - name: oncall
            pagerduty_configs:
              - routing_key: pd-key
                details: {runbook: '{{ .CommonAnnotations.runbook }}'}
                links: [{href: https://example.com, text: Runbook}]
            slack_configs:
              - channel: '#oncall'
                send_resolved: true
                fields: [{title: Owner, value: '{{ .CommonLabels.owner }}', short: true}]
                actions: [{type: button, text: Silence, url: '{{ .ExternalURL }}'}]
              - api_url: https://slack.com/api/chat.postMessage
                channel: C012345
                http_config:
                  authorization:
                    credentials: |
                      xoxb-1234
            opsgenie_configs:
              - responders: [{name: data, type: team}]
                api_url: https://api.eu.opsgenie.com
            victorops_configs:
              - {api_key: vo-key, routing_key: data}
          - name: mail
            email_configs:
              - to: data@example.com, '{{ .CommonLabels.owner }}@example.com'
                headers: {subject: '{{ .CommonLabels.alertname }}', Reply-To: noreply@example.com}
                require_tls: false
                auth_password_file: secrets/mail
            msteams_configs:
              - webhook_url: https://example.webhook.office.com/x
            msteamsv2_configs:
              - webhook_url_file: secrets/teams
                title: T
        """;

    private static readonly AlertingConfiguration s_read = Reading.Value(AlertingReader.Read(File, "alerting.yaml", "/etc/obs"));

    [Fact]
    public void The_tree_inherits_as_in_Alertmanager()
    {
        var root = s_read.Route;
        Assert.Equal(("everything", "{}", "route"), (root.Receiver, root.Key, root.Path));
        Assert.Equal((TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(5), TimeSpan.FromHours(4)), (root.GroupWait, root.GroupInterval, root.RepeatInterval));

        var production = root.Routes[0];
        Assert.Equal("{}/{environment=\"prod\",severity=~\"error|critical\"}", production.Key);
        Assert.Equal(["alertname", "environment"], production.GroupBy);
        Assert.Equal((TimeSpan.FromSeconds(10), true), (production.GroupWait, production.Continue));

        var orders = production.Routes[0];
        Assert.Equal(("oncall", true, 0), (orders.Receiver, orders.GroupByAll, orders.GroupBy.Count));
        Assert.Equal((TimeSpan.FromSeconds(10), TimeSpan.FromHours(36), false), (orders.GroupWait, orders.RepeatInterval, orders.Continue));
        Assert.Equal(["offhours"], orders.MuteTimeIntervals);
        Assert.Equal("route.routes[0].routes[0]", orders.Path);
        Assert.Equal(24, orders.Line);

        var dbt = production.Routes[1];
        Assert.Equal(["severity!=\"info\"", "source=\"dbt\""], dbt.Matchers.Select(MatcherText.Format));
        Assert.Equal(["alertname", "environment"], dbt.GroupBy);
        Assert.Empty(dbt.MuteTimeIntervals);

        Assert.Equal("{}/{environment=~\"dev|staging\",severity=\"warning\"}", root.Routes[1].Key);
    }

    [Fact]
    public void Receivers_hold_what_is_written_and_what_is_global()
    {
        Assert.Equal(["webhook[0]", "webhook[1]"], s_read.Receivers[0].Integrations.Select(integration => integration.Name));
        var hook = Assert.IsType<WebhookIntegration>(s_read.Receivers[0].Integrations[0]);
        Assert.Equal((5, TimeSpan.FromSeconds(15), true, false), (hook.MaximumAlerts, hook.Timeout, hook.SendResolved, hook.Http.FollowRedirects));
        Assert.Equal("/etc/obs/secrets/hook", Assert.IsType<WebhookIntegration>(s_read.Receivers[0].Integrations[1]).Url.FilePath);

        var oncall = s_read.FindReceiver("oncall")!;
        Assert.Equal(["pagerduty[0]", "slack[0]", "slack[1]", "opsgenie[0]"], oncall.Integrations.Select(integration => integration.Name));
        Assert.Equal([new UnsupportedIntegration("victorops", 83)], oncall.Unsupported);
        var slack = oncall.Integrations.OfType<SlackIntegration>().ToList();
        Assert.Equal("https://hooks.slack.com/services/T0/B0/abc", slack[0].ApiUrl!.Read(new MemoryFiles()).Value);
        Assert.Equal([new SlackField("Owner", "{{ .CommonLabels.owner }}", true)], slack[0].Fields);
        Assert.Equal(("Bearer", "xoxb-1234"), (slack[1].Http.Authorization!.Type, slack[1].Http.Authorization!.Credentials!.Read(new MemoryFiles()).Value));
        Assert.Equal("https://api.eu.opsgenie.com/", oncall.Integrations.OfType<OpsgenieIntegration>().Single().ApiUrl);

        var mail = Assert.IsType<EmailIntegration>(s_read.FindReceiver("mail")!.Integrations[0]);
        Assert.Equal(("mail.example.com:587", "alerts@example.com", false), (mail.Smtp.Smarthost, mail.Smtp.From, mail.Smtp.RequireTls));
        Assert.Equal("/etc/obs/secrets/mail", mail.Smtp.AuthPassword!.FilePath);
        Assert.Equal(["Reply-To", "Subject"], mail.Headers.Keys.Order(StringComparer.Ordinal));
        Assert.False(mail.SendResolved);
    }

    [Fact]
    public void Templates_inhibitions_and_intervals_are_read()
    {
        Assert.Equal(["/etc/obs/templates/*.tmpl", "/etc/extra.tmpl"], s_read.Templates);
        Assert.Equal(TimeSpan.FromMinutes(10), s_read.Global.ResolveTimeout);
        Assert.Equal(["severity=~\"warning|error\""], s_read.InhibitRules[0].TargetMatchers.Select(MatcherText.Format));
        Assert.Equal(["pipeline", "environment"], s_read.InhibitRules[0].Equal);
        Assert.Equal(["offhours", "workdays", "holidays"], s_read.TimeIntervals.Select(interval => interval.Name));
    }

    [Fact]
    public void The_shown_text_hides_each_secret_and_changes_nothing_else()
    {
        var expected = File;
        foreach (var secret in (string[])[
            "\"hunter2 #not a comment\"", "https://hooks.slack.com/services/T0/B0/abc", "og-key", "https://user:pass@example.com/hook?token=t0p", "pd-key",
            "https://slack.com/api/chat.postMessage", "|\n              xoxb-1234", "vo-key", "https://example.webhook.office.com/x"])
        {
            Assert.Contains(secret.ReplaceLineEndings("\n"), expected, StringComparison.Ordinal);
            expected = expected.Replace(secret, "<secret>", StringComparison.Ordinal);
        }
        Assert.Equal(expected, s_read.RedactedText);
        Assert.Equal(File, s_read.OriginalText);
    }

    [Fact]
    public void Windows_line_ends_a_byte_order_mark_and_wide_characters_do_not_move_the_secrets()
    {
        var text = "\uFEFF# 🙂 Ümläut\r\nglobal:\r\n  slack_api_url: 'https://a.example/s3cret'  # 🙂\r\nroute: {receiver: r🙂}\r\nreceivers: [{name: r🙂, pagerduty_configs: [{routing_key: k3y}]}]\r\n";
        var read = Reading.Value(AlertingReader.Read(text, "alerting.yaml", "/"));
        Assert.Equal(text.Replace("'https://a.example/s3cret'", "<secret>", StringComparison.Ordinal).Replace("k3y", "<secret>", StringComparison.Ordinal), read.RedactedText);
    }

    [Fact]
    public void A_secret_behind_an_anchor_is_hidden_where_it_is_written()
    {
        const string Text = "receivers:\n- name: a\n  slack_configs:\n  - api_url: &u !!str 'https://a.example/x'\n- name: b\n  webhook_configs: [{url: *u}]\nroute: {receiver: a}\n";
        var read = Reading.Value(AlertingReader.Read(Text, "alerting.yaml", "/"));
        Assert.Equal(Text.Replace("'https://a.example/x'", "<secret>", StringComparison.Ordinal), read.RedactedText);
        Assert.Equal("https://a.example/x", Assert.IsType<WebhookIntegration>(read.Receivers[1].Integrations[0]).Url.Read(new MemoryFiles()).Value);
    }

    [Fact]
    public void A_record_with_secrets_prints_none_of_them()
    {
        var printed = string.Concat(s_read.Receivers.SelectMany(receiver => receiver.Integrations).Select(integration => integration.ToString()));
        Assert.Contains("<secret>", printed, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", printed, StringComparison.Ordinal);
        Assert.DoesNotContain("pd-key", printed, StringComparison.Ordinal);
    }
}
