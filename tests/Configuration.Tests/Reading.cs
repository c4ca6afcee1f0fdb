using System.Text;

namespace Observability.Configuration.Tests;

/// <summary>Short ways to read texts and to state what must be wrong with them.</summary>
internal static class Reading
{
    public static readonly EnvironmentsConfiguration Environments = Value(EnvironmentsReader.Read(
        """
        environments:
          - {name: prod, aliases: [production, prd], class: production}
          - {name: staging, class: staging, shard: second}
          - {name: dev, aliases: [development], class: development}
          - {name: local, class: ephemeral}
          - {name: pr-*, class: ephemeral}
        """,
        "environments.yaml"));

    public static readonly AlertingConfiguration Alerting = Value(AlertingReader.Read(
        """
        route: {receiver: fallback, routes: [{receiver: oncall, matchers: [environment="prod"]}]}
        receivers: [{name: oncall}, {name: fallback}]
        """,
        "alerting.yaml",
        "/etc/obs"));

    public static T Value<T>(ConfigurationResult<T> result) where T : class
    {
        Assert.Equal([], result.Errors);
        return Assert.IsType<T>(result.Value);
    }

    /// <summary>Exactly these errors, in this order, each as <c>line:column path: message</c>.</summary>
    public static void AssertErrors<T>(ConfigurationResult<T> result, params string[] expected) where T : class
    {
        Assert.Equal(expected, result.Errors.Select(error => $"{error.Line}:{error.Column} {error.Path}: {error.Message}"));
        Assert.Equal(expected.Length > 0, result.Value is null);
    }

    public static string[] Warnings<T>(ConfigurationResult<T> result) where T : class =>
        [.. result.Warnings.Select(warning => $"{warning.Line} {warning.Path}: {warning.Message}")];
}

/// <summary>A folder in memory.</summary>
internal sealed class MemoryFiles(params (string Path, string Text)[] files) : IFileReader
{
    private readonly Dictionary<string, byte[]> _files = files.ToDictionary(file => file.Path, file => Encoding.UTF8.GetBytes(file.Text));

    public MemoryFiles With(string path, byte[] bytes)
    {
        _files[path] = bytes;
        return this;
    }

    public FileReading Read(string path, int maximumBytes) => _files.TryGetValue(path, out var bytes)
        ? bytes.Length <= maximumBytes ? FileReading.Of(bytes) : FileReading.Failed($"is {bytes.Length} bytes; at most {maximumBytes} are read")
        : FileReading.Missing;

    public IReadOnlyList<string> List(string directory) =>
        [.. _files.Keys.Where(path => Path.GetDirectoryName(path) == directory).Order(StringComparer.Ordinal)];
}
