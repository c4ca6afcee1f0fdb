namespace Observability.Configuration;

/// <summary>One API key. Only its hash is held; a key file is hashed when it is loaded.</summary>
public sealed record ApiKey
{
    /// <summary>The actor that writes and requests are recorded under.</summary>
    public required string Name { get; init; }

    public required int Line { get; init; }

    public required ReadOnlyMemory<byte> Sha256 { get; init; }

    public required AccessRoles Roles { get; init; }

    /// <summary>Names and patterns; null is every environment.</summary>
    public IReadOnlyList<string>? Environments { get; init; }

    public bool Has(AccessRoles role) => (Roles & AccessRoles.Admin) != AccessRoles.None || (Roles & role) == role;

    public bool Covers(string environment) => Environments is null || Environments.Any(allowed => NamePattern.Matches(allowed, environment));
}
