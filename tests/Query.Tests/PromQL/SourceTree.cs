namespace Observability.Query.Tests.PromQL;

/// <summary>Finds the repository from the directory of the test program.</summary>
internal static class SourceTree
{
    public static readonly string Root = Find();

    private static string Find()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Observability.sln")))
        {
            directory = directory.Parent;
        }
        return directory?.FullName ?? throw new DirectoryNotFoundException($"no Observability.sln above {AppContext.BaseDirectory}");
    }
}
