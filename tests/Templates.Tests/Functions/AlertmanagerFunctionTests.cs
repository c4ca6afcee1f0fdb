namespace Observability.Templates.Tests.Functions;

public sealed class AlertmanagerFunctionTests
{
    [Theory]
    [InlineData("{{ .Status }} {{ .Receiver }} {{ .ExternalURL }}", "firing team-orders http://obs.example:8080")]
    [InlineData("{{ .Alerts.Firing | len }}/{{ len .Alerts }} {{ (index .Alerts.Resolved 0).Labels.pipeline }}", "1/2 stock")]
    [InlineData("{{ .CommonLabels }}|{{ .CommonAnnotations.runbook }}|{{ .CommonLabels.pipeline }}", "alertname=PipelineFailed, environment=prod|http://wiki/run|")]
    [InlineData("{{ range .GroupLabels.SortedPairs }}{{ .Name }}={{ .Value }} {{ end }}", "alertname=PipelineFailed environment=prod ")]
    [InlineData("{{ .GroupLabels.SortedPairs.Values | join \" \" }}", "PipelineFailed prod")]
    [InlineData("{{ (index .Alerts 0).Labels.Remove (stringSlice \"environment\" \"alertname\") }}", "pipeline=orders_daily")]
    [InlineData("{{ with .CommonLabels.Remove .GroupLabels.Names }}{{ . }}{{ else }}none{{ end }}", "none")]
    [InlineData("{{ range $k, $v := .CommonLabels }}{{ $k }}:{{ $v }},{{ end }}", "alertname:PipelineFailed,environment:prod,")]
    [InlineData("{{ (index .Alerts 0).StartsAt }}", "2026-11-21 09:00:05.25 +0000 UTC")]
    [InlineData("{{ (index .Alerts 0).StartsAt.Format \"Mon, 02 Jan 2006 15:04:05 MST\" }}", "Sat, 21 Nov 2026 09:00:05 UTC")]
    [InlineData("{{ (index .Alerts 0).StartsAt.Unix }} {{ (index .Alerts 0).EndsAt.IsZero }}", "1795251605 true")]
    [InlineData("{{ $a := index .Alerts 1 }}{{ $a.EndsAt.Sub $a.StartsAt }} {{ ($a.EndsAt.Sub $a.StartsAt).Minutes }}", "1h30m0s 90")]
    [InlineData("{{ date \"2006-01-02 15:04:05 MST\" (index .Alerts 0).StartsAt }}", "2026-11-21 09:00:05 UTC")]
    [InlineData("{{ (index .Alerts 0).StartsAt | tz \"Europe/Paris\" | date \"15:04 MST -0700\" }}", "10:00 CET +0100")]
    [InlineData("{{ (index .Alerts 0).StartsAt | tz \"America/Sao_Paulo\" | date \"15:04 MST\" }}", "06:00 -03")]
    [InlineData("{{ since (index .Alerts 0).StartsAt }} {{ since (index .Alerts 0).StartsAt | humanizeDuration }}", "1h29m54.75s 1h 29m 54s")]
    [InlineData("{{ now.Year }} {{ (now.Add (since (index .Alerts 1).EndsAt)).Format \"15:04\" }}", "2026 11:30")]
    [InlineData("{{ now.Month }} {{ printf \"%02d %s\" now.Month now.Weekday }} {{ eq now.Weekday 6 }} {{ lt now.Month 12 }}", "November 11 Saturday true true")]
    [InlineData("{{ $d := since (index .Alerts 0).StartsAt }}{{ $d.Round 60000000000 }} {{ $d.Truncate 60000000000 }} {{ $d.Seconds }} {{ $d.Milliseconds }}", "1h30m0s 1h29m0s 5394.75 5394750")]
    [InlineData("{{ $a := index .Alerts 0 }}{{ $a.StartsAt.Before now }} {{ now.After $a.StartsAt }} {{ now.Equal now }} {{ $a.StartsAt.UnixMilli }} {{ $a.StartsAt.YearDay }}", "true true true 1795251605250 325")]
    [InlineData("{{ humanizeDuration 90 }} {{ humanizeDuration \"0.5\" }}", "1m 30s 500ms")]
    [InlineData("{{ urlUnescape \"a%20b+c%C3%A9\" }}", "a b cé")]
    [InlineData("{{ list 1 \"a\" true | len }} {{ index (list 1 \"a\") 1 }} {{ append (list 1) 2 3 }}", "3 a [1 2 3]")]
    [InlineData("{{ $d := dict \"b\" 1 \"a\" (list 2) }}{{ $d.b }} {{ $d }} {{ $d.c }}", "1 map[a:[2] b:1] <no value>")]
    [InlineData("{{ toJson (dict \"b\" 1.5 \"a\" (list \"<x>\" true nil 1e21)) }}", "{\"a\":[\"\\u003cx\\u003e\",true,null,1e+21],\"b\":1.5}")]
    [InlineData("{{ toJson .GroupLabels }} {{ toJson .GroupLabels.SortedPairs }}", "{\"alertname\":\"PipelineFailed\",\"environment\":\"prod\"} [{\"Name\":\"alertname\",\"Value\":\"PipelineFailed\"},{\"Name\":\"environment\",\"Value\":\"prod\"}]")]
    [InlineData("{{ (index .Alerts 1).EndsAt | toJson }} {{ toJson \"q\\\"\\n\" }}", "\"2026-11-21T09:30:00Z\" \"q\\\"\\n\"")]
    [InlineData("{{ title \"CAPS lock\" }}", "Caps Lock")]
    [InlineData("[{{ trimSpace \" \\n a b \\t\" }}]", "[a b]")]
    [InlineData("{{ safeHtml \"<b>\" }} {{ safeUrl \"http://x\" }}", "<b> http://x")]
    public void A_notification_template_gives(string template, string expected) => Assert.Equal(expected, Samples.Notify(template));

    [Fact]
    public void The_whole_notification_has_the_JSON_of_the_webhook()
    {
        var json = Samples.Notify("{{ toJson . }}");
        using var document = System.Text.Json.JsonDocument.Parse(json);
        Assert.Equal(
            ["receiver", "status", "alerts", "groupLabels", "commonLabels", "commonAnnotations", "externalURL"],
            document.RootElement.EnumerateObject().Select(member => member.Name));
        Assert.Equal("0001-01-01T00:00:00Z", document.RootElement.GetProperty("alerts")[0].GetProperty("endsAt").GetString());
    }

    [Fact]
    public void Fields_of_the_product_stand_beside_those_of_Alertmanager()
    {
        var owner = TemplateValue.From(TemplateMap.OfTexts([new("Email", "data@example.com")]));
        var notification = new NotificationData
        {
            Receiver = "r",
            Alerts = [],
            GroupLabels = LabelData.Empty,
            ExternalUrl = "",
            Additional = new Dictionary<string, TemplateValue>(StringComparer.Ordinal) { ["Owner"] = owner, ["Status"] = "forged" },
        };
        var template = Template.Parse("to", "{{ .Owner.Email }} {{ .Status }}", Samples.NotificationFunctions);
        Assert.Equal("data@example.com resolved", template.Render(TemplateValue.From(notification)));
    }

    [Theory]
    [InlineData("{{ tz \"Mars/Base\" now }}", "unknown time zone \"Mars/Base\"")]
    [InlineData("{{ urlUnescape \"%zz\" }}", "invalid URL escape at byte 0")]
    [InlineData("{{ dict \"a\" }}", "keys and values in turn")]
    [InlineData("{{ join \",\" (list 1) }}", "element 0 of the list is int")]
    [InlineData("{{ .Nope }}", "Data has no field or method \"Nope\"")]
    [InlineData("{{ humanizeDuration \"soon\" }}", "\"soon\" is not a number")]
    public void A_notification_template_is_refused(string template, string reason) =>
        Assert.Contains(reason, Assert.Throws<TemplateException>(() => Samples.Notify(template)).Message, StringComparison.Ordinal);
}
