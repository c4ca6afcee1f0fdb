namespace Observability.TestKit;

/// <summary>Finds the programs of Debian packages.</summary>
internal static class InstalledProgram
{
    /// <summary>The first of <paramref name="candidates"/> (absolute paths) that exists.</summary>
    /// <exception cref="ServerUnavailableException">None does; the message names the package to install.</exception>
    public static string Find(string server, string package, params ReadOnlySpan<string> candidates)
    {
        foreach (var candidate in candidates)
        {
            if (File.Exists(candidate))
            {
                return candidate;
            }
        }
        throw new ServerUnavailableException(server, $"{candidates[0]} does not exist; install the Debian package {package}");
    }
}
