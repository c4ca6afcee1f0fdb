namespace Observability.Configuration;

/// <summary>What policy.yaml says about one receiver.</summary>
public sealed record ReceiverPolicy
{
    public static ReceiverPolicy Unrestricted { get; } = new();

    public int Line { get; init; }

    /// <summary>Names and patterns (<c>pr-*</c>) as declared in environments.yaml; null is every environment.</summary>
    public IReadOnlyList<string>? Environments { get; init; }

    /// <summary>The team that the receiver belongs to, or null.</summary>
    public string? Team { get; init; }

    /// <summary>For Slack's Web API: reply in the thread of the first message. Default true.</summary>
    public bool Threads { get; init; } = true;

    /// <summary>Messages a minute that the channel may get before they are held back; null is the channel's own.</summary>
    public int? MessagesPerMinute { get; init; }

    public bool Allows(string environment) =>
        Environments is null || Environments.Any(allowed => NamePattern.Matches(allowed, environment));
}
