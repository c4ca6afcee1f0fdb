using System.Text;
using Observability.Configuration.Yaml;

namespace Observability.Configuration.Tests.Yaml;

public sealed class YamlReadingTests
{
    [Theory]
    [InlineData("environments: [{name: a, class: staging}]\nenvironments: []", "2:1 : key 'environments' is written twice; first in line 1")]
    [InlineData("environments: [{name: a, class: staging}]\n---\na: b", "2:1 : a second document begins here; a file holds one, without further '---'")]
    [InlineData("environments: [{name: a, class: *x}]", "1:33 : '*x' refers to an anchor that is not defined above it", "1:16 environments[0]: 'class' is missing: one of production, staging, development, ephemeral")]
    [InlineData("environments: &x [*x]", "1:19 : '*x' refers to an anchor that is not defined above it", "1:19 environments[0]: must be a mapping (key: value), not nothing", "1:1 : 'environments' is missing or empty: every environment would be unknown and only the fallback receiver would hear of anything")]
    [InlineData("environments: [{[a]: b, name: a, class: staging}]", "1:17 : a key must be a single value, not a list")]
    [InlineData("environments: [{<<: 3, name: a, class: staging}]", "1:21 : '<<' takes in a mapping, not '3'")]
    [InlineData("environments:\n  - name: [severity=~\"[\", 'a=\"b']\n    class: [n]\n    d: x\n", "2:11 : not valid YAML: a bracket, quote or colon after this place stands where it cannot be read")]
    [InlineData("environments: [", "2:1 : not valid YAML: While parsing a node, did not find expected node content.")]
    public void Faults_of_the_notation_have_a_place(string text, params string[] expected)
    {
        var result = EnvironmentsReader.Read(text, "environments.yaml");
        Assert.Equal(expected.Order(StringComparer.Ordinal), result.Errors.Select(error => $"{error.Line}:{error.Column} {error.Path}: {error.Message}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Nesting_has_a_limit()
    {
        var error = Assert.Single(EnvironmentsReader.Read(new string('[', 5000), "e.yaml").Errors);
        Assert.Equal("nested deeper than 100 levels", error.Message);
    }

    [Fact]
    public void Aliases_of_aliases_cannot_fill_the_memory()
    {
        var text = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (var i = 1; i < 20; i++)
        {
            text.Append($"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n");
        }
        var error = Assert.Single(EnvironmentsReader.Read(text.ToString(), "e.yaml").Errors);
        Assert.Equal("more than 1000000 values, with every alias written out", error.Message);
    }

    [Fact]
    public void The_number_of_errors_has_a_limit()
    {
        var text = string.Concat(Enumerable.Range(0, 1000).Select(i => $"key_number_{i}: 1\n"));
        var errors = EnvironmentsReader.Read("environments: [{name: a, class: staging}]\n" + text, "e.yaml").Errors;
        Assert.Equal(YamlLimits.MaximumErrors + 1, errors.Count);
        Assert.Contains(errors, error => error.Message == "more than 200 errors; the rest is not shown");
    }

    [Fact]
    public void Merged_keys_yield_to_written_ones()
    {
        var read = Reading.Value(EnvironmentsReader.Read("environments:\n- &a {name: a, class: staging, shard: one}\n- {<<: *a, name: b}\n- {<<: [{shard: two}, *a], name: c}", "e.yaml"));
        Assert.Equal([("a", "one"), ("b", "one"), ("c", "two")], read.Environments.Select(environment => (environment.Name, environment.Shard)));
    }

    private const string Meaningful = "{}[]:,-#&*!|>'\"%@`?\n\t \\<$";

    [Fact]
    public void Damaged_files_are_read_or_refused_and_never_throw() =>
        Damage(Alerting.RealWorldFileTests.File, seeds: 2000, text => AlertingReader.Read(text, "a.yaml", "/"));

    [Fact]
    public void Damaged_files_of_our_own_are_read_or_refused_and_never_throw()
    {
        Damage(Shipped("environments.yaml"), seeds: 400, text => EnvironmentsReader.Read(text, "e.yaml", _ => null));
        Damage(Shipped("owners.yaml"), seeds: 400, text => OwnersReader.Read(text, "o.yaml", _ => null));
        Damage(Shipped("policy.yaml"), seeds: 400, text => PolicyReader.Read(text, "p.yaml", Reading.Alerting, Reading.Environments, _ => null));
        Damage(Shipped("sources.yaml"), seeds: 400, text => SourcesReader.Read(text, "s.yaml", "/", Reading.Environments, OwnersConfiguration.Empty, _ => null));
        Damage(Shipped("settings.yaml"), seeds: 400, text => SettingsReader.Read(text, "s.yaml", "/", _ => null));
        Damage(Shipped("rules/pipelines.yaml"), seeds: 400, text => RuleFileReader.Read(text, "r.yaml", RuleLanguage.PromQL, RuleChecks.None));
        Damage("keys:\n- {name: a, sha256: 00, roles: [read]}\n- {name: b, key_file: c, roles: [admin], environments: [prod]}\n", seeds: 400,
            text => AccessReader.Read(text, "a.yaml", "/", Reading.Environments, new MemoryFiles(), _ => null));
    }

    private static string Shipped(string name) => Encoding.UTF8.GetString(ShippedFiles.Read(name));

    private static void Damage<T>(string file, int seeds, Func<string, ConfigurationResult<T>> read) where T : class
    {
        var original = Encoding.UTF8.GetBytes(file);
        for (var seed = 0; seed < seeds; seed++)
        {
            var random = new Random(seed);
            var bytes = (byte[])original.Clone();
            for (var i = random.Next(1, 12); i > 0; i--)
            {
                // Characters that mean something in YAML are more likely to lead somewhere than random bytes.
                bytes[random.Next(bytes.Length)] = random.Next(3) == 0 ? (byte)random.Next(256) : (byte)Meaningful[random.Next(Meaningful.Length)];
            }
            var text = Encoding.UTF8.GetString(bytes, 0, random.Next(2) == 0 ? bytes.Length : random.Next(bytes.Length));
            try
            {
                var result = read(text);
                Assert.Equal(result.Value is null, result.Errors.Count > 0);
            }
            catch (Exception exception) when (exception is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"{typeof(T).Name}, seed {seed}: {exception}");
            }
        }
    }
}
