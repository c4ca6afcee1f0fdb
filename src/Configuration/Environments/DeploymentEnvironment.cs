namespace Observability.Configuration;

/// <summary>
/// An environment after resolution. <paramref name="Name"/> is what stands in the <c>environment</c> label: a declared name, a name that a declared
/// pattern covers (<c>pr-1234</c>), or <c>unknown</c>. <paramref name="Raw"/> is what the sender wrote when the name is <c>unknown</c>, kept as
/// <c>environment.raw</c>; else empty.
/// </summary>
public readonly record struct DeploymentEnvironment(string Name, string Raw)
{
    public const string UnknownName = "unknown";

    public bool IsUnknown => Name == UnknownName;

    public override string ToString() => Name;
}

/// <summary>What an environment is for; decides colours, the log data stream and how careful a page is. Stored: numbers never change.</summary>
public enum EnvironmentClass
{
    Production = 1,
    Staging = 2,
    Development = 3,

    /// <summary>Short-lived (<c>pr-*</c>, <c>local</c>): many names share one log data stream.</summary>
    Ephemeral = 4,
}

public sealed record EnvironmentDefinition
{
    /// <summary>A canonical name, or a pattern of canonical names.</summary>
    public required string Name { get; init; }

    public required int Line { get; init; }

    /// <summary>Other spellings that mean <see cref="Name"/>, lower case; empty for a pattern.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    public EnvironmentClass Class { get; init; } = EnvironmentClass.Development;

    /// <summary>The engine that decides about it; environments of one shard share a stream and a lease. Default <c>main</c>.</summary>
    public string Shard { get; init; } = EnvironmentsConfiguration.DefaultShard;
}
