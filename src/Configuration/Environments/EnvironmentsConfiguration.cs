namespace Observability.Configuration;

/// <summary><c>environments.yaml</c>: the environments that exist, in the order in which pages list them.</summary>
public sealed class EnvironmentsConfiguration
{
    public const string DefaultShard = "main";

    /// <summary>Longer names are no environment that anybody declared, and they would become labels, stream names and file names.</summary>
    public const int MaximumNameLength = 63;

    private readonly Dictionary<string, string> _canonicalNames = new(StringComparer.Ordinal);

    internal EnvironmentsConfiguration(IReadOnlyList<EnvironmentDefinition> environments)
    {
        Environments = environments;
        foreach (var environment in environments.Where(environment => !NamePattern.HasWildcard(environment.Name)))
        {
            _canonicalNames[environment.Name] = environment.Name;
            foreach (var alias in environment.Aliases)
            {
                _canonicalNames[alias] = environment.Name;
            }
        }
    }

    public IReadOnlyList<EnvironmentDefinition> Environments { get; }

    /// <summary>
    /// Exact name, then alias, then pattern in the order of the file; case and surrounding white space do not matter. Anything else is
    /// <c>unknown</c> with the sender's spelling kept.
    /// </summary>
    public DeploymentEnvironment Resolve(string raw)
    {
        var name = raw.Trim().ToLowerInvariant();
        if (_canonicalNames.TryGetValue(name, out var canonical))
        {
            return new DeploymentEnvironment(canonical, "");
        }
        return IsName(name) && FindPattern(name) is not null
            ? new DeploymentEnvironment(name, "")
            : new DeploymentEnvironment(DeploymentEnvironment.UnknownName, raw);
    }

    /// <summary>The definition behind a canonical name; null for <c>unknown</c>.</summary>
    public EnvironmentDefinition? Find(string canonicalName) =>
        Environments.FirstOrDefault(environment => environment.Name == canonicalName) ?? FindPattern(canonicalName);

    /// <summary>The last part of the log data stream's name, <c>logs-obs-{environment}</c>: ephemeral environments share one.</summary>
    public string LogStreamOf(string canonicalName) =>
        Find(canonicalName)?.Class == EnvironmentClass.Ephemeral ? "ephemeral" : canonicalName;

    public string ShardOf(string canonicalName) => Find(canonicalName)?.Shard ?? DefaultShard;

    /// <summary>Lower-case letters, digits, <c>-</c>, <c>_</c> and <c>.</c>, beginning with a letter or digit.</summary>
    internal static bool IsName(string name) =>
        name.Length is > 0 and <= MaximumNameLength
        && char.IsAsciiLetterOrDigit(name[0])
        && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_' or '.');

    private EnvironmentDefinition? FindPattern(string name) =>
        Environments.FirstOrDefault(environment => NamePattern.HasWildcard(environment.Name) && NamePattern.Matches(environment.Name, name));
}
