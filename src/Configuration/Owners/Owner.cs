namespace Observability.Configuration;

/// <summary>Stored with decisions: numbers never change.</summary>
public enum OwnerKind
{
    Team = 1,
    Person = 2,
}

/// <summary>A team or a person that can be told. What is not known is an empty string, so that templates need no null checks.</summary>
public sealed record Owner
{
    /// <summary>The key in owners.yaml; the value of the <c>owner</c> label.</summary>
    public required string Id { get; init; }

    public required OwnerKind Kind { get; init; }

    public required int Line { get; init; }

    /// <summary>As people say it; the id when nothing else is written.</summary>
    public required string Name { get; init; }

    /// <summary>A person's member id (<c>U…</c>) or a team's user group id (<c>S…</c>), for mentions.</summary>
    public string SlackId { get; init; } = "";

    /// <summary>The Slack channel; a person without one has the team's.</summary>
    public string Channel { get; init; } = "";

    public string Email { get; init; } = "";

    /// <summary>The team of a person; a team's own id for a team; empty when none.</summary>
    public string Team { get; init; } = "";

    /// <summary>Names under which sources report the owner: a GitHub login, an Airflow owner, a mail address.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];
}

/// <summary>One rule of the asset list: what it covers and whose it is. All fields are name patterns; a missing one is <c>*</c>.</summary>
public sealed record AssetRule
{
    public required int Line { get; init; }

    public string Source { get; init; } = "*";

    public string Pipeline { get; init; } = "*";

    public string Task { get; init; } = "*";

    /// <summary>Owner id, or null when the rule only sets a tier.</summary>
    public string? Owner { get; init; }

    /// <summary>The value of the <c>tier</c> label on the series of the asset (<c>critical</c> raises the severity of the default rules), or null.</summary>
    public string? Tier { get; init; }

    public bool Covers(string source, string pipeline, string task) =>
        NamePattern.Matches(Source, source) && NamePattern.Matches(Pipeline, pipeline) && NamePattern.Matches(Task, task);
}

/// <summary>Which step of the chain named the owner. Stored with decisions: numbers never change.</summary>
public enum OwnerStep
{
    None = 0,

    /// <summary>The payload or a label named somebody that owners.yaml knows.</summary>
    Hint = 1,

    /// <summary>The first rule of the asset list that covers the asset.</summary>
    Asset = 2,
}

/// <summary>Who owns an asset and why. <see cref="Owner"/> is null exactly when <see cref="Step"/> is <see cref="OwnerStep.None"/>.</summary>
public sealed record OwnerResolution(Owner? Owner, OwnerStep Step, string Reason);
