namespace Observability.Configuration;

/// <summary>
/// One thing that keeps a configuration from being used. <paramref name="Line"/> and <paramref name="Column"/> count from 1 and point at the key or value
/// that is wrong; both are 0 when the fault is about a whole file (missing, not readable). <paramref name="Path"/> is where it stands in the document:
/// <c>route.routes[2].receiver</c>.
/// </summary>
public sealed record ConfigurationError(string File, int Line, int Column, string Path, string Message)
{
    public override string ToString() => ConfigurationText.Of(File, Line, Column, Path, Message);
}

/// <summary>One thing that works but probably not as meant. The same fields as <see cref="ConfigurationError"/>.</summary>
public sealed record ConfigurationWarning(string File, int Line, int Column, string Path, string Message)
{
    public override string ToString() => ConfigurationText.Of(File, Line, Column, Path, Message);
}

/// <summary>What reading one file gave. <see cref="Value"/> is null exactly when there are errors.</summary>
public sealed record ConfigurationResult<T>(T? Value, IReadOnlyList<ConfigurationError> Errors, IReadOnlyList<ConfigurationWarning> Warnings)
    where T : class;

internal static class ConfigurationText
{
    /// <summary>The form that editors and terminals turn into a link: <c>file:line:column: path: message</c>.</summary>
    public static string Of(string file, int line, int column, string path, string message)
    {
        var place = line > 0 ? $"{file}:{line}:{column}: " : $"{file}: ";
        return path.Length > 0 ? $"{place}{path}: {message}" : place + message;
    }
}
