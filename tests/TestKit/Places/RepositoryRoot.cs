namespace Observability.TestKit;

/// <summary>The folder that holds <c>Observability.sln</c>, found upwards from the running test program.</summary>
public static class RepositoryRoot
{
    private static readonly Lazy<string> _path = new(() => FindAbove(AppContext.BaseDirectory));

    public static string Path => _path.Value;

    /// <summary>The absolute path of something that is named from the root, for example <c>config/alerting.yaml</c>.</summary>
    public static string PathOf(string relativePath) => System.IO.Path.GetFullPath(System.IO.Path.Combine(Path, relativePath));

    /// <exception cref="DirectoryNotFoundException">No folder above <paramref name="start"/> holds the solution.</exception>
    internal static string FindAbove(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Observability.sln")))
            {
                return folder.FullName;
            }
        }
        throw new DirectoryNotFoundException($"no Observability.sln above {start}: run the tests from inside a checkout");
    }
}
