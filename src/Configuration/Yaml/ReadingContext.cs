namespace Observability.Configuration.Yaml;

/// <summary>What belongs to the reading of one file: its name and folder, the problems found so far, the secrets seen, the environment's variables.</summary>
internal sealed class ReadingContext
{
    private readonly List<ConfigurationError> _errors = [];
    private readonly List<ConfigurationWarning> _warnings = [];
    private readonly HashSet<YamlScalar> _secrets = [];
    private readonly HashSet<(int Line, int Column, string Message)> _seen = [];

    /// <param name="file">As messages name it.</param>
    /// <param name="directory">Relative paths in the file are taken from here.</param>
    /// <param name="variables">
    /// Gives the value of <c>${NAME}</c>, or null when it is not set; null for formats that are not ours, where <c>$</c> is only a character.
    /// </param>
    public ReadingContext(string file, string directory, Func<string, string?>? variables = null)
    {
        File = file;
        Directory = directory;
        Variables = variables;
    }

    public string File { get; }

    public string Directory { get; }

    public Func<string, string?>? Variables { get; }

    public IReadOnlyList<ConfigurationError> Errors => _errors;

    public IReadOnlyList<ConfigurationWarning> Warnings => _warnings;

    /// <summary>The scalars whose text must not be shown.</summary>
    public IReadOnlyCollection<YamlScalar> Secrets => _secrets;

    public void Error(YamlNode node, string path, string message) => Error(node.Line, node.Column, path, message);

    public void Error(int line, int column, string path, string message)
    {
        // A value that is read twice, or stands under several aliases, is wrong once.
        if (!_seen.Add((line, column, message)))
        {
            return;
        }
        if (_errors.Count < YamlLimits.MaximumErrors)
        {
            _errors.Add(new ConfigurationError(File, line, column, path, message));
        }
        else if (_errors.Count == YamlLimits.MaximumErrors)
        {
            _errors.Add(new ConfigurationError(File, line, column, "", $"more than {YamlLimits.MaximumErrors} errors; the rest is not shown"));
        }
    }

    public void Warn(YamlNode node, string path, string message) => Warn(node.Line, node.Column, path, message);

    public void Warn(int line, int column, string path, string message) => _warnings.Add(new ConfigurationWarning(File, line, column, path, message));

    public void MarkSecret(YamlScalar scalar) => _secrets.Add(scalar);

    public string Resolve(string path) => Path.IsPathRooted(path) || path.Length == 0 ? path : Path.GetFullPath(Path.Combine(Directory, path));

    /// <summary>Wraps what was read; errors that were found anywhere in the file leave no value.</summary>
    public ConfigurationResult<T> Finish<T>(T? value) where T : class => new(
        _errors.Count == 0 ? value : null,
        [.. _errors.OrderBy(error => error.Line).ThenBy(error => error.Column)],
        [.. _warnings.OrderBy(warning => warning.Line).ThenBy(warning => warning.Column)]);
}
