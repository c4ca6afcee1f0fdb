using System.Globalization;
using System.Text;
using Observability.Templates.Tests.Functions;

namespace Observability.Templates.Tests.Peers;

/// <summary>The same annotations through Prometheus 2.42's own interpreter: a rule with one annotation a case, tested by promtool.</summary>
public sealed class PromtoolTests
{
    [Fact]
    public async Task Prometheus_gives_what_our_table_expects()
    {
        var rules = new StringBuilder(
            """
            groups:
            - name: cases
              rules:
              - alert: Case
                expr: case_value > 0
                annotations:

            """);
        var expected = new StringBuilder(
            """
            rule_files: [rules.yaml]
            evaluation_interval: 1m
            tests:
            - interval: 1m
              input_series:
              - {series: 'case_value{instance="db1.example.com:9100", job="dbt"}', values: '1234.5x3'}
              - {series: 'sorted{name="b"}', values: '1x3'}
              - {series: 'sorted{name="a"}', values: '2x3'}
              alert_rule_test:
              - eval_time: 1m
                alertname: Case
                exp_alerts:
                - exp_labels: {instance: "db1.example.com:9100", job: dbt}
                  exp_annotations:

            """);
        for (var i = 0; i < PrometheusCases.KnownToDebian.Length; i++)
        {
            var (template, result) = PrometheusCases.KnownToDebian[i];
            rules.Append(CultureInfo.InvariantCulture, $"      case_{i}: {Quoted(template)}\n");
            expected.Append(CultureInfo.InvariantCulture, $"          case_{i}: {Quoted(result)}\n");
        }
        using var folder = new TemporaryFolder();
        folder.Write("rules.yaml", rules.ToString());
        var (exitCode, output) = await PeerProgram.RunAsync("promtool", "test", "rules", folder.Write("test.yaml", expected.ToString()));
        Assert.True(exitCode == 0, output);
    }

    private static string Quoted(string text) => "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'";
}
