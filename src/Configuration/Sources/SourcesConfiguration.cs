namespace Observability.Configuration;

/// <summary><c>sources.yaml</c>: the endpoints <c>/webhooks/{source}[/{endpoint}]</c>, their secrets, and how an environment follows from a branch.</summary>
public sealed record SourcesConfiguration
{
    /// <summary>Tried after an endpoint's own list. Shipped: master and main are prod, develop is staging.</summary>
    public IReadOnlyList<BranchRule> Branches { get; init; } = [];

    public IReadOnlyList<SourceEndpoint> Endpoints { get; init; } = [];

    /// <summary>The endpoint of that very name; a request to an undeclared one is judged as an endpoint without a secret.</summary>
    public SourceEndpoint? Find(string source, string endpoint) =>
        Endpoints.FirstOrDefault(candidate => candidate.Source == source && candidate.Endpoint == endpoint);

    /// <summary>
    /// What the configuration says about the environment of an event that names none itself: the endpoint's fixed environment, else the first branch rule
    /// that matches (the endpoint's own before the common ones), else null. The text still has to be resolved by <see cref="EnvironmentsConfiguration.Resolve"/>.
    /// </summary>
    public EnvironmentHint? EnvironmentOf(SourceEndpoint? endpoint, string? branch)
    {
        if (endpoint?.Environment is { } fixedEnvironment)
        {
            return new EnvironmentHint(fixedEnvironment, $"environment of {endpoint.Name} in sources.yaml");
        }
        if (string.IsNullOrEmpty(branch))
        {
            return null;
        }
        var rule = (endpoint?.Branches ?? []).Concat(Branches).FirstOrDefault(rule => NamePattern.Matches(rule.Pattern, branch));
        return rule is null ? null : new EnvironmentHint(rule.Environment, $"branch '{branch}', line {rule.Line} of sources.yaml");
    }
}

/// <summary><paramref name="Reason"/> is shown where a person asks why a run counts as prod.</summary>
public sealed record EnvironmentHint(string Environment, string Reason);

/// <summary>A branch name or pattern and the environment that it deploys to.</summary>
public sealed record BranchRule(string Pattern, string Environment, int Line);

public sealed record SourceEndpoint
{
    /// <summary>As in the URL: <c>github</c>.</summary>
    public required string Source { get; init; }

    /// <summary>As in the URL, or empty for <c>/webhooks/{source}</c> itself.</summary>
    public required string Endpoint { get; init; }

    public required int Line { get; init; }

    public string Name => Endpoint.Length == 0 ? Source : $"{Source}/{Endpoint}";

    /// <summary>What signatures are checked with. Null: accepted unsigned, on loopback only.</summary>
    public Secret? Secret { get; init; }

    /// <summary>The secret before the present one, accepted while senders are moved over.</summary>
    public Secret? PreviousSecret { get; init; }

    /// <summary>A declared environment that every event of the endpoint has, whatever it says itself.</summary>
    public string? Environment { get; init; }

    public IReadOnlyList<BranchRule> Branches { get; init; } = [];

    /// <summary>An owner hint for events that carry none.</summary>
    public string? Owner { get; init; }

    /// <summary>For SNS: only this topic, and its signature is verified.</summary>
    public string? TopicArn { get; init; }
}
