namespace Observability.Configuration;

/// <summary>Everything that a configuration folder says, read and checked together. Immutable; a reload makes a new one.</summary>
public sealed record LoadedConfiguration
{
    /// <summary>SHA-256 over the names and bytes of all files that were read, lower-case hex: the same folder gives the same hash on every machine.</summary>
    public required string ContentHash { get; init; }

    /// <summary>Full path of the folder.</summary>
    public required string Directory { get; init; }

    public required AlertingConfiguration Alerting { get; init; }

    public required PolicyConfiguration Policy { get; init; }

    public required EnvironmentsConfiguration Environments { get; init; }

    public required OwnersConfiguration Owners { get; init; }

    public required SourcesConfiguration Sources { get; init; }

    public required SettingsConfiguration Settings { get; init; }

    /// <summary>Null without the file: loopback only.</summary>
    public AccessConfiguration? Access { get; init; }

    public required IReadOnlyList<RuleFile> RuleFiles { get; init; }

    /// <summary>The template files that alerting.yaml names, in its order.</summary>
    public IReadOnlyList<TemplateFile> Templates { get; init; } = [];

    /// <summary>The files that were read, relative with slashes; shipped defaults as <c>shipped:alerting.yaml</c>.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>What each receiver delivers with, and why some go to preview.</summary>
    public required IReadOnlyDictionary<string, ReceiverReadiness> Readiness { get; init; }

    public IEnumerable<RuleGroup> RuleGroups => RuleFiles.SelectMany(file => file.Groups);
}

public sealed record TemplateFile(string Path, string Text);

/// <summary>
/// The integrations of a receiver that can deliver now. When there are none, notices are kept in preview and <see cref="PreviewReason"/> says why.
/// </summary>
public sealed record ReceiverReadiness(IReadOnlyList<Integration> Ready, string? PreviewReason)
{
    public bool IsPreview => PreviewReason is not null;
}
