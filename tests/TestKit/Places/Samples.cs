namespace Observability.TestKit;

/// <summary>Recorded payloads under <c>tests/Samples/&lt;source&gt;/</c>; their origin and licence stand in that folder's INDEX.md.</summary>
public static class Samples
{
    /// <summary>The absolute path of a sample, for example <c>dbt/run_results.json</c>.</summary>
    /// <exception cref="FileNotFoundException">There is no such sample; the message names the ones of the same source.</exception>
    public static string PathOf(string relativePath)
    {
        var path = RepositoryRoot.PathOf(Path.Combine("tests/Samples", relativePath));
        if (!File.Exists(path))
        {
            var folder = Path.GetDirectoryName(path)!;
            var known = Directory.Exists(folder) ? string.Join(", ", Directory.EnumerateFiles(folder).Select(Path.GetFileName).Order()) : "no such folder";
            throw new FileNotFoundException($"tests/Samples/{relativePath} does not exist; beside it: {known}", path);
        }
        return path;
    }

    public static byte[] Bytes(string relativePath) => File.ReadAllBytes(PathOf(relativePath));

    public static string Text(string relativePath) => File.ReadAllText(PathOf(relativePath));
}
