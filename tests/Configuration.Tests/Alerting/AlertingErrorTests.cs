namespace Observability.Configuration.Tests.Alerting;

public sealed class AlertingErrorTests
{
    [Fact]
    public void All_errors_are_found_at_once_with_their_places()
    {
        var result = AlertingReader.Read(
            """
            global:
              resolve_timout: 5m
              smtp_smarthost: mail.example.com
            route:
              receiver: oncal
              group_wait: 30 s
              routes:
                - matchers: ['severity=~"(a)\\1"', 'a="b']
                  mute_time_intervals: [nights]
                  group_by: [a, a]
                  repeat_interval: 0s
            receivers:
              - name: oncall
                slack_configs: [{channel: '#a'}]
              - name: oncall
                email_configs: {to: a@b.c}
            inhibit_rule: []
            """,
            "alerting.yaml",
            "/");
        Reading.AssertErrors(
            result,
            "2:3 global: unknown key 'resolve_timout'; did you mean 'resolve_timeout'?",
            "3:3 global.smtp_smarthost: must be host:port, for example smtp.example.com:587, not 'mail.example.com'",
            "5:3 route.receiver: receiver 'oncal' is not defined under 'receivers'; did you mean 'oncall'?",
            "6:15 route.group_wait: must be a duration such as 30s, 5m or 1d12h (units y, w, d, h, m, s, ms, biggest first), not '30 s'",
            "8:18 route.routes[0].matchers[0]: at character 1: '(a)\\1' needs look-around or back-references, which are refused because they can take exponential time (in 'severity=~\"(a)\\\\1\"')",
            "8:40 route.routes[0].matchers[1]: at character 3: this double quote is not closed (in 'a=\"b')",
            "9:7 route.routes[0].mute_time_intervals: time interval 'nights' is not defined under 'time_intervals'; none is known here",
            "10:21 route.routes[0].group_by[1]: label 'a' is listed twice",
            "11:7 route.routes[0].repeat_interval: must not be zero: a group would be told again without end",
            "14:21 receivers[0].slack_configs[0]: has no address: write api_url or api_url_file here, or slack_api_url or slack_api_url_file under global",
            "15:5 receivers[1]: receiver 'oncall' is defined twice; first in line 13",
            "16:20 receivers[1].email_configs: must be a list, not a mapping",
            "17:1 : unknown key 'inhibit_rule'; did you mean 'inhibit_rules'?");
    }

    [Theory]
    [InlineData("", "1:1 : 'route' is missing: the tree that says who is told, at least 'route: {receiver: NAME}'")]
    [InlineData("[]", "1:1 : must be a mapping (key: value), not a list")]
    [InlineData("route: {}", "1:8 route: 'receiver' is missing: the root route says who is told when no other route matches")]
    [InlineData("route: {receiver: a, matchers: [a=b]}\nreceivers: [{name: a}]", "1:22 route.matchers: must not stand in the root route, which takes every alert; put it into a route under 'routes'")]
    [InlineData("route: {receiver: a, continue: true}\nreceivers: [{name: a}]", "1:22 route.continue: must not stand in the root route, which has no siblings")]
    [InlineData("route: {receiver: a, group_by: [a, '...']}\nreceivers: [{name: a}]", "1:22 route.group_by: '...' groups by every label and stands alone; remove the other names")]
    [InlineData("route: {receiver: a, continue: perhaps}\nreceivers: [{name: a}]", "1:32 route.continue: must be true or false, not 'perhaps'")]
    [InlineData("route: {receiver: a, routes: [{match: {'a b': c}}]}\nreceivers: [{name: a}]", "1:40 route.routes[0].match.a b: 'a b' is not a label name; in 'matchers' any name can stand in double quotes")]
    [InlineData("route: {receiver: a}\nreceivers: [{name: a, webhook_configs: [{}]}]", "2:41 receivers[0].webhook_configs[0]: has no address: write url or url_file")]
    [InlineData("route: {receiver: a}\nreceivers: [{name: a, webhook_configs: [{url: 'ftp://x'}]}]", "2:47 receivers[0].webhook_configs[0].url: must be an address that begins with http:// or https:// and names a host")]
    [InlineData("route: {receiver: a}\nreceivers: [{name: a, webhook_configs: [{url: <secret>}]}]", "2:47 receivers[0].webhook_configs[0].url: <secret> is what a shown configuration has instead of the value; write the value, or name a file")]
    [InlineData("route: {receiver: a}\nreceivers: [{name: a, webhook_configs: [{url: 'http://x', url_file: y}]}]", "2:47 receivers[0].webhook_configs[0].url: 'url' and 'url_file' exclude each other; keep the file")]
    [InlineData("route: {receiver: a}\nreceivers: [{name: a, hipchat_configs: []}]", "2:23 receivers[0]: unknown key 'hipchat_configs'; known here: discord_configs, email_configs, jira_configs, msteams_configs, msteamsv2_configs, name, opsgenie_configs, pagerduty_configs, pushover_configs, rocketchat_configs, slack_configs, sns_configs, ...")]
    [InlineData("route: {receiver: a}\nreceivers: [{name: a, telegram_configs: [{chat_id: 1, bot_tokn: x}]}]", "2:55 receivers[0].telegram_configs[0]: unknown key 'bot_tokn'; did you mean 'bot_token'?")]
    [InlineData("route: {receiver: a}\nreceivers: [{name: a, webhook_configs: [{url: 'http://x', http_config: {basic_auth: {username: u}, authorization: {credentials: c}}}]}]", "2:72 receivers[0].webhook_configs[0].http_config: holds more than one way to authenticate; keep one of basic_auth, authorization, oauth2")]
    [InlineData("route: {receiver: a}\nreceivers: [{name: a}]\ntime_intervals: [{name: n, time_intervals: [{times: [{start_time: '9:00', end_time: '10:00'}]}]}]", "3:55 time_intervals[0].time_intervals[0].times[0].start_time: must be a time from 00:00 to 24:00 with two digits each, not '9:00'")]
    [InlineData("route: {receiver: a}\nreceivers: [{name: a}]\ntime_intervals: [{name: n, time_intervals: [{weekdays: ['friday:monday']}]}]", "3:57 time_intervals[0].time_intervals[0].weekdays[0]: 'friday:monday' ends before it begins")]
    [InlineData("route: {receiver: a}\nreceivers: [{name: a}]\ntime_intervals: [{name: n, time_intervals: [{location: ../../etc/passwd}]}]", "3:46 time_intervals[0].time_intervals[0].location: '../../etc/passwd' is not a time zone of this machine; write a name such as Europe/Berlin (and install tzdata if it is missing)")]
    public void One_fault_gives_one_error_at_its_place(string text, string expected) => Reading.AssertErrors(AlertingReader.Read(text, "alerting.yaml", "/"), expected);

    [Fact]
    public void What_loads_but_was_hardly_meant_is_warned_about()
    {
        var result = AlertingReader.Read(
            """
            route: {receiver: a, group_interval: 10m, repeat_interval: 5m}
            receivers: [{name: a, sns_configs: [{topic_arn: x}]}, {name: unused}]
            inhibit_rules: [{equal: [a]}]
            """,
            "alerting.yaml",
            "/");
        Assert.NotNull(result.Value);
        Assert.Equal(
            [
                "1 route.repeat_interval: 5m is shorter than group_interval (10m), so it is never kept; raise it",
                "2 receivers: no route leads to receiver 'unused'",
                "2 receivers[0].sns_configs[0]: 'sns' is not delivered by this product; what only goes there is not told. Known: slack, email, webhook, pagerduty, opsgenie, msteams, msteamsv2",
                "3 inhibit_rules[0]: has no source matchers: every alert is a source and mutes the targets",
                "3 inhibit_rules[0]: has no target matchers: every alert that is not a source itself can be muted",
            ],
            Reading.Warnings(result));
    }

    [Fact]
    public void An_error_about_a_secret_does_not_repeat_it()
    {
        var result = AlertingReader.Read("route: {receiver: a}\nreceivers: [{name: a, slack_configs: [{api_url: 'hooks.slack.com/TOPSECRET'}]}]", "a.yaml", "/");
        Assert.DoesNotContain("TOPSECRET", Assert.Single(result.Errors).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Mail_settings_of_the_product_fill_what_the_file_leaves_open()
    {
        const string File = "route: {receiver: a}\nreceivers: [{name: a, email_configs: [{to: x@y.z}]}]";
        Assert.Equal(2, AlertingReader.Read(File, "a.yaml", "/").Errors.Count);
        var read = Reading.Value(AlertingReader.Read(File, "a.yaml", "/", new SmtpSettings { Smarthost = "m:25", From = "f@y.z" }));
        Assert.Equal("m:25", Assert.IsType<EmailIntegration>(read.Receivers[0].Integrations[0]).Smtp.Smarthost);
    }
}
