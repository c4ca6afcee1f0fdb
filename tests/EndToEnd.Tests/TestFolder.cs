using Observability.TestKit;

namespace Observability.EndToEnd.Tests;

/// <summary>A configuration folder whose receivers are a local listener (as Slack) and a local SMTP server, with no waiting in groups.</summary>
internal sealed class TestFolder : IDisposable
{
    // A channel of Slack takes a message a second; the listener that plays it takes what comes.
    private const string Policy = """
        fallback: fallback
        receivers:
          prod: { environments: [prod], messages_per_minute: 6000 }
          dev: { environments: [dev] }
        """;

    private const string Owners = """
        teams:
          team-orders: { name: Orders, email: orders@example.com, channel: '#orders' }
        assets:
          - { pipeline: '*', owner: team-orders }
        """;

    private const string Rules = """
        groups:
          - name: pipelines
            rules:
              - alert: PipelineRunFailed
                expr: pipeline_last_run_failed == 1
                labels: { severity: error }
                annotations:
                  summary: '{{ $labels.pipeline }} failed in {{ $labels.environment }}'
        """;

    private readonly TemporaryDirectory _directory = new("configuration");

    public TestFolder(Uri slack, int? smtpPort)
    {
        var mail = smtpPort is { } port
            ? $$"""

                  email_configs:
                    - to: orders@example.com
                      from: alerts@example.com
                      smarthost: 127.0.0.1:{{port}}
                      require_tls: false
                      send_resolved: true
              """
            : "";
        _directory.Write("alerting.yaml", $$"""
            route:
              receiver: fallback
              group_by: [environment, source, pipeline]
              group_wait: 0s
              group_interval: 1s
              repeat_interval: 4h
              routes:
                - matchers: ['environment="prod"']
                  receiver: prod
                - matchers: ['environment="dev"']
                  receiver: dev
            receivers:
              - name: fallback
              - name: prod
                slack_configs:
                  - api_url: {{slack}}prod
                    channel: '#orders'
                    send_resolved: true{{mail}}
              - name: dev
                slack_configs:
                  - api_url: {{slack}}dev
                    channel: '#dev'
                    send_resolved: true
            """);
        _directory.Write("policy.yaml", Policy);
        _directory.Write("owners.yaml", Owners);
        _directory.Write("settings.yaml", "external_url: https://obs.example.com\n");
        _directory.Write("rules/pipelines.yaml", Rules);
    }

    public string Path => _directory.Path;

    public void Dispose() => _directory.Dispose();
}
