using System.Text;
using Observability.Configuration;
using Observability.RuleEngine.Configuration;
using Observability.RuleEngine.Rules;

namespace Observability.RuleEngine.Tests;

/// <summary>A configuration folder in memory: what a test does not write is the shipped default.</summary>
internal sealed class TestConfiguration : IFileReader
{
    public const string Alerting = """
        route:
          receiver: fallback
          group_by: [environment, pipeline]
          group_wait: 10s
          group_interval: 1m
          repeat_interval: 4h
          routes:
            - matchers: ['environment="prod"']
              receiver: prod
            - matchers: ['environment=~"dev|pr-.*"']
              receiver: dev
        receivers:
          - name: fallback
          - name: prod
          - name: dev
        """;

    public const string Policy = """
        fallback: fallback
        receivers:
          prod: { environments: [prod] }
          dev: { environments: [dev, 'pr-*'] }
        """;

    public const string Rules = """
        groups:
          - name: pipelines
            interval: 15s
            rules:
              - alert: PipelineRunFailed
                expr: pipeline_last_run_failed == 1
                labels: { severity: error }
                annotations:
                  summary: '{{ $labels.pipeline }} failed'
        """;

    private const string Folder = "/configuration/";

    private readonly Dictionary<string, string> _files = new(StringComparer.Ordinal)
    {
        ["alerting.yaml"] = Alerting,
        ["policy.yaml"] = Policy,
        ["rules/pipelines.yaml"] = Rules,
    };

    public TestConfiguration With(string file, string text)
    {
        _files[file] = text;
        return this;
    }

    /// <summary>Files that were asked for so far.</summary>
    public int Reads { get; private set; }

    public FileReading Read(string path, int maximumBytes)
    {
        Reads++;
        return _files.TryGetValue(Relative(path), out var text) ? FileReading.Of(Encoding.UTF8.GetBytes(text)) : FileReading.Missing;
    }

    public IReadOnlyList<string> List(string directory)
    {
        var prefix = Relative(directory).TrimEnd('/');
        return [.. _files.Keys.Where(name => (Path.GetDirectoryName(name) ?? "") == prefix).Select(name => Folder + name).Order(StringComparer.Ordinal)];
    }

    public LoadedConfiguration Load()
    {
        var loading = ConfigurationDirectory.Load(Folder, this);
        Assert.True(loading.Configuration is not null, string.Join('\n', loading.Errors));
        return loading.Configuration;
    }

    public AlertingGraph Build(long version = 1)
    {
        var configuration = Load();
        var errors = new List<ConfigurationError>();
        var groups = RuleCompiler.Compile(configuration, errors);
        Assert.Empty(errors);
        return new AlertingGraph(version, configuration, groups);
    }

    private static string Relative(string path)
    {
        var full = Path.GetFullPath(path).TrimEnd('/') + (path.EndsWith('/') ? "/" : "");
        return full.StartsWith(Folder, StringComparison.Ordinal) ? full[Folder.Length..] : full == Folder.TrimEnd('/') ? "" : full;
    }
}
