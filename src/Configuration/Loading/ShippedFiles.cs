using System.Reflection;

namespace Observability.Configuration;

/// <summary>The default configuration (the repository's <c>config</c> folder), carried inside the assembly.</summary>
public static class ShippedFiles
{
    private const string Prefix = "shipped/";

    private static readonly Assembly s_assembly = typeof(ShippedFiles).Assembly;

    /// <summary>Names relative to the configuration's folder, sorted: <c>alerting.yaml</c>, <c>rules/pipelines.yaml</c>.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. s_assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(name => name[Prefix.Length..])
            .Order(StringComparer.Ordinal),
    ];

    /// <exception cref="ArgumentException">There is no such file.</exception>
    public static byte[] Read(string name)
    {
        using var stream = s_assembly.GetManifestResourceStream(Prefix + name)
            ?? throw new ArgumentException($"'{name}' is not shipped; there are {string.Join(", ", Names)}", nameof(name));
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
