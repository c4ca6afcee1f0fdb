using Observability.Telemetry;

namespace Observability.Configuration.Tests.Rules;

public sealed class RuleFileTests
{
    private static readonly RuleChecks s_checks = new()
    {
        PromQL = expression => expression.Contains("rate(hi)", StringComparison.Ordinal) ? "rate needs a range: rate(hi[5m])" : null,
        LogQL = expression => expression.StartsWith('{') ? null : "a LogQL expression begins with a stream selector",
        Template = template => template.Contains("{{", StringComparison.Ordinal) && !template.Contains("}}", StringComparison.Ordinal) ? "an action is not closed" : null,
    };

    private static readonly string s_folder = Path.Combine(AppContext.BaseDirectory, "rulefmt");

    public static TheoryData<string> GoodFiles => [.. Directory.GetFiles(s_folder, "*.yaml").Select(Path.GetFileName).OfType<string>().Where(name => !IsBad(name)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(GoodFiles))]
    public void What_Prometheus_accepts_loads(string file) => Assert.NotEmpty(Reading.Value(ReadSample(file)).Groups);

    [Theory]
    [InlineData("bad_expr.bad.yaml", "5:15 groups[0].rules[0].expr: rate needs a range: rate(hi[5m])")]
    [InlineData("bad_field.bad.yaml", "8:9 groups[0].rules[0]: unknown key 'annotation'; did you mean 'annotations'?")]
    [InlineData("duplicate_grp.bad.yaml", "3:5 groups[1].name: group 'yolo' is defined twice in this file; first in line 2")]
    [InlineData("invalid_label_name.bad.yaml", "7:11 groups[0].rules[0].labels.__name__: '__name__' cannot be the name of a label here")]
    [InlineData("invalid_record_name.bad.yaml", "4:9 groups[0].rules[0].record: 'strawberry{flavor=\"sweet\"}' is not the name of a metric; labels are set under 'labels'")]
    [InlineData("no_rec_alert.bad.yaml", "4:9 groups[0].rules[0]: needs 'alert' (the alert's name) or 'record' (the metric's name)")]
    [InlineData("noexpr.bad.yaml", "4:9 groups[0].rules[0]: 'expr' is missing: the expression that is evaluated")]
    [InlineData("record_and_alert.bad.yaml", "4:9 groups[0].rules[0]: has both 'record' and 'alert'; make two rules")]
    [InlineData("record_and_for.bad.yaml", "6:9 groups[0].rules[0].for: belongs to alerting rules; a recording rule has none")]
    [InlineData("record_and_keep_firing_for.bad.yaml", "6:9 groups[0].rules[0].keep_firing_for: belongs to alerting rules; a recording rule has none")]
    public void What_Prometheus_refuses_is_refused_with_its_place(string file, string expected) => Reading.AssertErrors(ReadSample(file), expected);

    [Fact]
    public void Every_bad_sample_is_judged_above() =>
        Assert.Equal(10, Directory.GetFiles(s_folder, "*.yaml").Select(Path.GetFileName).OfType<string>().Count(IsBad));

    [Fact]
    public void A_group_is_read_with_everything_it_can_hold()
    {
        var file = Reading.Value(RuleFileReader.Read(
            """
            groups:
              - name: orders
                interval: 30s
                query_offset: 1m
                limit: 10
                labels: {team: team-orders, severity: info}
                rules:
                  - record: orders:failures
                    expr: sum(pipeline_last_run_failed)
                  - alert: OrdersFailed
                    expr: |
                      orders:failures
                        > 0
                    for: 5m
                    keep_firing_for: 10m
                    labels: {severity: critical, empty: ''}
                    annotations: {summary: '{{ $value }} failed', obs_renotify: each_run}
            """,
            "rules/orders.yaml",
            RuleLanguage.PromQL,
            s_checks));
        var group = Assert.Single(file.Groups);
        Assert.Equal(("orders", TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(1), 10, "team-orders"), (group.Name, group.Interval, group.QueryOffset, group.Limit, group.Team));
        Assert.Equal((false, "orders:failures", 8, 9), (group.Rules[0].IsAlert, group.Rules[0].Name, group.Rules[0].Line, group.Rules[0].ExpressionLine));
        var alert = group.Rules[1];
        Assert.Equal((true, "OrdersFailed", 10, 12), (alert.IsAlert, alert.Name, alert.Line, alert.ExpressionLine));
        Assert.Equal("orders:failures\n  > 0\n", alert.Expression);
        Assert.Equal((TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(10)), (alert.For, alert.KeepFiringFor));
        Assert.Equal(LabelSet.Of(("team", "team-orders"), ("severity", "critical")), alert.Labels);
        Assert.Equal("{{ $value }} failed", alert.Annotation("summary"));
        Assert.Null(alert.Annotation("runbook"));
    }

    [Theory]
    [InlineData("{run_id: '{{ $labels.run_id }}'}", "5:15 groups[0].rules[0].labels.run_id: 'run_id' differs from run to run, so as a label it would make every run an alert of its own; write it as an annotation")]
    [InlineData("{url: x}", "5:15 groups[0].rules[0].labels.url: 'url' differs from run to run, so as a label it would make every run an alert of its own; write it as an annotation")]
    [InlineData("{obs_kind: notice}", "5:15 groups[0].rules[0].labels.obs_kind: names that begin with obs_ are for annotations; move 'obs_kind' there")]
    [InlineData("{team: '{{ $labels'}", "5:21 groups[0].rules[0].labels.team: an action is not closed")]
    public void Labels_that_break_an_alerts_identity_are_refused(string labels, string expected) => Reading.AssertErrors(
        RuleFileReader.Read($"groups:\n- name: g\n  rules:\n  - {{alert: A, expr: up,\n     labels: {labels}}}\n", "r.yaml", RuleLanguage.PromQL, s_checks),
        expected);

    [Theory]
    [InlineData("{obs_renotfy: each_run}", "'obs_renotfy' is not an annotation of this product; did you mean 'obs_renotify'?")]
    [InlineData("{obs_renotify: always}", "'obs_renotify' must be one of never, each_run, not 'always'")]
    [InlineData("{summary: '{{ $value'}", "an action is not closed")]
    public void Annotations_are_checked(string annotations, string expected)
    {
        var result = RuleFileReader.Read($"groups:\n- name: g\n  rules:\n  - {{alert: A, expr: up, annotations: {annotations}}}\n", "r.yaml", RuleLanguage.PromQL, s_checks);
        Assert.Equal((4, expected), (Assert.Single(result.Errors).Line, result.Errors[0].Message));
    }

    [Fact]
    public void Log_rules_are_judged_by_their_own_language()
    {
        const string File = "groups:\n- name: g\n  rules:\n  - {alert: A, expr: up}\n";
        Reading.AssertErrors(RuleFileReader.Read(File, "rules/logs/r.yaml", RuleLanguage.LogQL, s_checks), "4:22 groups[0].rules[0].expr: a LogQL expression begins with a stream selector");
    }

    [Fact]
    public void An_unknown_severity_loads_with_a_warning()
    {
        var result = RuleFileReader.Read("groups:\n- name: g\n  rules:\n  - {alert: A, expr: up, labels: {severity: page}}\n", "r.yaml", RuleLanguage.PromQL, s_checks);
        Assert.NotNull(result.Value);
        Assert.Equal(["4 groups[0].rules[0].labels.severity: severity 'page' is none of info, warning, error, critical; it is kept, but shown and ordered as if there were none"], Reading.Warnings(result));
    }

    private static ConfigurationResult<RuleFile> ReadSample(string file) =>
        RuleFileReader.Read(File.ReadAllText(Path.Combine(s_folder, file)), file, RuleLanguage.PromQL, s_checks);

    /// <summary>Names with hyphens are refused only under Prometheus' legacy validation; ours is the one for UTF-8 names.</summary>
    private static bool IsBad(string file) => file.EndsWith(".bad.yaml", StringComparison.Ordinal) && !file.StartsWith("legacy_validation", StringComparison.Ordinal);
}
