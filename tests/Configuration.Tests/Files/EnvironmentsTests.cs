namespace Observability.Configuration.Tests.Files;

public sealed class EnvironmentsTests
{
    [Theory]
    [InlineData("prod", "prod", "")]
    [InlineData("production", "prod", "")]
    [InlineData(" PRODUCTION\n", "prod", "")]
    [InlineData("development", "dev", "")]
    [InlineData("pr-1234", "pr-1234", "")]
    [InlineData("PR-7", "pr-7", "")]
    [InlineData("pr-", "pr-", "")]
    [InlineData("qa", "unknown", "qa")]
    [InlineData("", "unknown", "")]
    [InlineData("unknown", "unknown", "unknown")]
    [InlineData("pr-a b", "unknown", "pr-a b")]
    [InlineData("pr-../../etc", "unknown", "pr-../../etc")]
    public void A_name_is_found_by_name_alias_or_pattern_and_else_unknown(string raw, string name, string kept) =>
        Assert.Equal(new DeploymentEnvironment(name, kept), Reading.Environments.Resolve(raw));

    [Fact]
    public void A_name_longer_than_a_label_may_be_is_unknown() =>
        Assert.True(Reading.Environments.Resolve("pr-" + new string('1', EnvironmentsConfiguration.MaximumNameLength)).IsUnknown);

    [Fact]
    public void Ephemeral_environments_share_a_log_stream()
    {
        Assert.Equal(["prod", "ephemeral", "ephemeral", "unknown"], ((string[])["prod", "local", "pr-9", "unknown"]).Select(Reading.Environments.LogStreamOf));
        Assert.Equal(("second", "main", "main"), (Reading.Environments.ShardOf("staging"), Reading.Environments.ShardOf("pr-9"), Reading.Environments.ShardOf("unknown")));
    }

    [Fact]
    public void Classes_on_disk_never_change() =>
        Assert.Equal([(1, "Production"), (2, "Staging"), (3, "Development"), (4, "Ephemeral")], Enum.GetValues<EnvironmentClass>().Select(value => ((int)value, value.ToString())));

    [Theory]
    [InlineData("environments: []", "1:1 : 'environments' is missing or empty: every environment would be unknown and only the fallback receiver would hear of anything")]
    [InlineData("environments: [{name: unknown, class: staging}]", "1:17 environments[0].name: 'unknown' is what an undeclared environment is called; choose another name")]
    [InlineData("environments: [{name: '*', class: staging}]", "1:17 environments[0].name: '*' covers every name, so no environment would ever be unknown; name them")]
    [InlineData("environments: [{name: Prod, class: staging}]", "1:17 environments[0].name: must be at most 63 lower-case letters, digits, '-', '_' and '.', not 'Prod'")]
    [InlineData("environments: [{name: a, class: prodution}]", "1:26 environments[0].class: must be one of production, staging, development, ephemeral, not 'prodution'")]
    [InlineData("environments: [{name: a, class: staging}, {name: b, class: staging, aliases: [A]}]", "1:69 environments[1].aliases: 'a' is already taken by the environment in line 1")]
    [InlineData("environments: [{name: a-*, class: staging, aliases: [b]}]", "1:44 environments[0].aliases: an alias stands for one name, and 'a-*' is a pattern")]
    [InlineData("environments: [{name: a, class: staging, shard: A b}]", "1:42 environments[0].shard: must be made of lower-case letters, digits, '-', '_' and '.', because queues are named after it")]
    [InlineData("environments: [{name: '${NAME}', class: staging}]", "1:23 environments[0].name: the environment variable 'NAME' is not set")]
    public void Faults_are_refused(string text, string expected) => Reading.AssertErrors(EnvironmentsReader.Read(text, "environments.yaml", _ => null), expected);

    [Theory]
    [InlineData("${A}", "x")]
    [InlineData("a-${A}-${B}", "a-x-y")]
    [InlineData("a-${A", null)]
    [InlineData("${}", null)]
    public void Variables_are_filled_in(string written, string? expected)
    {
        var result = EnvironmentsReader.Read($"environments: [{{name: '{written}', class: staging}}]", "e.yaml", name => name == "A" ? "x" : "y");
        Assert.Equal(expected, result.Value?.Environments[0].Name);
    }
}
