namespace Observability.Configuration.Tests.Files;

public sealed class PolicyAndSourcesTests
{
    [Fact]
    public void A_receiver_hears_of_its_environments_and_only_the_fallback_of_unknown_ones()
    {
        var policy = Reading.Value(ReadPolicy("fallback: fallback\nreceivers: {oncall: {environments: [production, pr-*], team: team-orders, threads: false, messages_per_minute: 20}}"));
        Assert.Equal((true, true, false, false), (policy.Allows("oncall", "prod"), policy.Allows("oncall", "pr-1"), policy.Allows("oncall", "dev"), policy.Allows("oncall", "unknown")));
        Assert.Equal((true, true, true), (policy.Allows("fallback", "prod"), policy.Allows("fallback", "unknown"), policy.Allows("fallback", "")));
        var oncall = policy.For("oncall");
        Assert.Equal(("team-orders", false, 20), (oncall.Team, oncall.Threads, oncall.MessagesPerMinute));
        Assert.True(policy.For("fallback").Threads);
    }

    [Fact]
    public void An_unrestricted_receiver_is_warned_about() =>
        Assert.Equal(
            ["2 receivers: receiver 'fallback' may hear of every environment; list its 'environments' here to restrict it"],
            Reading.Warnings(ReadPolicy("fallback: fallback\nreceivers: {oncall: {environments: [prod]}}")));

    [Theory]
    [InlineData("{}", "1:1 : 'fallback' is missing: the receiver that hears of alerts without a known environment or owner")]
    [InlineData("fallback: fallbak", "1:1 fallback: receiver 'fallbak' is not defined in alerting.yaml; did you mean 'fallback'?")]
    [InlineData("fallback: fallback\nreceivers: {on-call: {}}", "2:13 receivers.on-call: receiver 'on-call' is not defined in alerting.yaml; did you mean 'oncall'?")]
    [InlineData("fallback: fallback\nreceivers: {oncall: {environments: [qa]}}", "2:37 receivers.oncall.environments[0]: environment 'qa' is not declared in environments.yaml; known here: dev, local, pr-*, prod, staging")]
    [InlineData("fallback: fallback\nreceivers: {oncall: {environments: [qa-*]}}", "2:37 receivers.oncall.environments[0]: environment 'qa-*' is not declared in environments.yaml; known here: dev, local, pr-*, prod, staging")]
    [InlineData("fallback: fallback\nreceivers: {oncall: {messages_per_minute: 0}}", "2:43 receivers.oncall.messages_per_minute: must be a whole number from 1 to 6000, not '0'")]
    public void Faults_in_a_policy_are_refused(string text, string expected) => Reading.AssertErrors(ReadPolicy(text), expected);

    [Theory]
    [InlineData("github", "orders", "release/1.2", "staging", "branch 'release/1.2', line 5 of sources.yaml")]
    [InlineData("github", "orders", "main", "prod", "branch 'main', line 1 of sources.yaml")]
    [InlineData("github", "orders", "feature/x", null, null)]
    [InlineData("github", "other", "main", "prod", "branch 'main', line 1 of sources.yaml")]
    [InlineData("dbt", "nightly", "feature/x", "prod", "environment of dbt/nightly in sources.yaml")]
    [InlineData("dbt", "nightly", null, "prod", "environment of dbt/nightly in sources.yaml")]
    [InlineData("github", "orders", null, null, null)]
    public void An_environment_follows_from_the_endpoint_or_the_branch(string source, string endpoint, string? branch, string? environment, string? reason)
    {
        var sources = Reading.Value(ReadSources(
            """
            branches: {main: prod, develop: staging}
            sources:
              github/orders:
                branches:
                  release/*: staging
              dbt/nightly: {environment: production, secret: '${DBT}', owner: team-orders}
              github: {secret_file: s/github, previous_secret_file: s/old}
              sns/alarms: {topic_arn: 'arn:aws:sns:eu-west-1:1:t'}
              airflow:
            """));
        var hint = sources.EnvironmentOf(sources.Find(source, endpoint), branch);
        Assert.Equal((environment, reason), (hint?.Environment, hint?.Reason));
        Assert.Equal(("s3cret", "/c/s/github"), (sources.Find("dbt", "nightly")!.Secret!.Read(new MemoryFiles()).Value, sources.Find("github", "")!.Secret!.FilePath));
        Assert.NotNull(sources.Find("airflow", ""));
        Assert.Equal(["github/orders", "dbt/nightly", "github", "sns/alarms", "airflow"], sources.Endpoints.Select(found => found.Name));
    }

    [Theory]
    [InlineData("sources: {github: {secret: hunter2}}", "1:20 sources.github.secret: a secret must not be written here; name a file with 'secret_file', or write ${NAME} for an environment variable")]
    [InlineData("sources: {github: {secret: 'x${DBT}'}}", "1:20 sources.github.secret: a secret must not be written here; name a file with 'secret_file', or write ${NAME} for an environment variable")]
    [InlineData("sources: {github: {secret: '${NONE}'}}", "1:28 sources.github.secret: the environment variable 'NONE' is not set")]
    [InlineData("sources: {a/b/c: {}}", "1:11 sources.a/b/c: must be SOURCE or SOURCE/ENDPOINT, as in the address /webhooks/SOURCE/ENDPOINT (letters, digits, '-', '_', '.'), not 'a/b/c'")]
    [InlineData("sources: {a: {environment: prod, branches: {x: prod}}}", "1:34 sources.a.branches: 'environment' already decides for every branch; keep one of the two")]
    [InlineData("branches: {main: prd-1}", "1:18 branches.main: environment 'prd-1' is not declared in environments.yaml; known here: dev, local, pr-*, prod, staging")]
    [InlineData("sources: {a: {previous_secret_file: x}}", "1:14 sources.a: a previous secret needs a present one: write secret_file")]
    [InlineData("sources: {a: {topic_arn: x}}", "1:15 sources.a.topic_arn: must begin with arn:, not 'x'")]
    public void Faults_in_the_sources_are_refused(string text, string expected) => Reading.AssertErrors(ReadSources(text), expected);

    private static ConfigurationResult<PolicyConfiguration> ReadPolicy(string text) =>
        PolicyReader.Read(text, "policy.yaml", Reading.Alerting, Reading.Environments, _ => null);

    private static ConfigurationResult<SourcesConfiguration> ReadSources(string text) =>
        SourcesReader.Read(text, "sources.yaml", "/c", Reading.Environments, OwnersConfiguration.Empty, name => name == "DBT" ? "s3cret" : null);
}
