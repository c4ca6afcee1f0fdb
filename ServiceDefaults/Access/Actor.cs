using Microsoft.AspNetCore.Http;
using Observability.Configuration;

namespace Observability.ServiceDefaults.Access;

/// <summary>Who sent a request: recorded with every write and in the header of every frame.</summary>
public sealed class Actor
{
    /// <summary>Nobody in particular: a product without access.yaml, reached over loopback.</summary>
    public static readonly Actor Unsigned = new("unsigned", null);

    private readonly ApiKey? _key;

    private Actor(string name, ApiKey? key)
    {
        Name = name;
        _key = key;
    }

    /// <summary>The key's name, <c>source/endpoint</c> of a verified signature, or <c>unsigned</c>.</summary>
    public string Name { get; }

    /// <summary>True when the actor may send or see that canonical environment.</summary>
    public bool Covers(string environment) => _key is null || _key.Covers(environment);

    /// <summary>True when no environment is closed to the actor: what cannot be told apart by environment is for those only.</summary>
    public bool CoversEverything => _key?.Environments is null;

    /// <summary>The environment of a key that may write no other one: what its sender does not say is no question then. Null for every other actor.</summary>
    public string? OnlyEnvironment => _key?.Environments is [var only] && !NamePattern.HasWildcard(only) ? only : null;

    public static Actor OfKey(ApiKey key) => new(key.Name, key);

    /// <summary>A sender whose signature was verified: its endpoint's configuration, not a key, says what it may do.</summary>
    public static Actor OfSignature(string endpointName) => new(endpointName, null);
}

/// <summary>Where handlers find the actor.</summary>
public static class ActorExtensions
{
    /// <exception cref="InvalidOperationException">The endpoint was mapped without RequireRole: a bug that must not pass as "unsigned".</exception>
    public static Actor GetActor(this HttpContext context) =>
        context.Features.Get<Actor>() ?? throw new InvalidOperationException($"'{context.Request.Path}' asks for its actor but requires no role");

    public static void SetActor(this HttpContext context, Actor actor) => context.Features.Set(actor);
}
