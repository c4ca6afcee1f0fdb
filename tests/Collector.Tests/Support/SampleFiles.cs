namespace Observability.Collector.Tests.Support;

internal static class SampleFiles
{
    public static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, "Samples", name);

    public static byte[] Bytes(string name) => File.ReadAllBytes(PathOf(name));

    public static IEnumerable<string> Names(string folder) =>
        Directory.GetFiles(PathOf(folder), "*.json").Select(path => $"{folder}/{Path.GetFileName(path)}").Order(StringComparer.Ordinal);
}
