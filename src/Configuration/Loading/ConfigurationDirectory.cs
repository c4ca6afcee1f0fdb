namespace Observability.Configuration;

/// <summary>What loading needs to know from outside.</summary>
public sealed record LoadOptions
{
    public RuleChecks Rules { get; init; } = RuleChecks.None;

    /// <summary>
    /// The full path of an access.yaml outside the folder, which then has to exist. Keys are made for one installation; the folder may be shared or in a repository.
    /// Default: <c>access.yaml</c> in the folder, where there is one.
    /// </summary>
    public string? AccessFile { get; init; }

    /// <summary>Gives the value of <c>${NAME}</c> in our own files. Default: the process environment.</summary>
    public Func<string, string?> Variables { get; init; } = Environment.GetEnvironmentVariable;
}

/// <summary>What loading a folder gave. <see cref="Configuration"/> is null exactly when there are errors; warnings never keep it from being used.</summary>
public sealed record ConfigurationLoad(
    LoadedConfiguration? Configuration,
    IReadOnlyList<ConfigurationError> Errors,
    IReadOnlyList<ConfigurationWarning> Warnings);

/// <summary>Reads a configuration folder. Nothing else happens: what runs with the result is the business of those who asked.</summary>
public static class ConfigurationDirectory
{
    /// <summary>
    /// Reads and checks all files of <paramref name="path"/> together. A folder that does not exist is an error; a file that does not exist falls back to the
    /// shipped default, and a warning says so. Never throws for what a user can get wrong.
    /// </summary>
    public static ConfigurationLoad Load(string path, IFileReader? files = null, LoadOptions? options = null)
    {
        var reader = files ?? DiskFileReader.Instance;
        var directory = Path.GetFullPath(path);
        if (files is null && !Directory.Exists(directory))
        {
            const string Message = "this folder does not exist; --config names the folder that holds the configuration";
            return new ConfigurationLoad(null, [new ConfigurationError(directory, 0, 0, "", Message)], []);
        }
        return new ConfigurationLoading(new ConfigurationFiles(directory, reader), options ?? new LoadOptions()).Run();
    }

    /// <summary>The shipped defaults alone, as a first run has them.</summary>
    public static ConfigurationLoad LoadShipped(LoadOptions? options = null) =>
        new ConfigurationLoading(new ConfigurationFiles(Path.GetFullPath("."), NoFiles.Instance), options ?? new LoadOptions()).Run();

    private sealed class NoFiles : IFileReader
    {
        public static NoFiles Instance { get; } = new();

        public FileReading Read(string path, int maximumBytes) => FileReading.Missing;

        public IReadOnlyList<string> List(string directory) => [];
    }
}
