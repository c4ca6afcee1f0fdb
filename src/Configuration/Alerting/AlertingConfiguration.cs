using Observability.Telemetry;

namespace Observability.Configuration;

/// <summary>
/// Alertmanager's configuration file (<c>alerting.yaml</c>), read completely. The format is that of Alertmanager 0.25 to 0.28
/// (https://prometheus.io/docs/alerting/latest/configuration/); inherited values are already filled in.
/// </summary>
public sealed record AlertingConfiguration
{
    /// <summary>The file as it was read, byte for byte.</summary>
    public required string OriginalText { get; init; }

    /// <summary>The same text with the value of each secret replaced by <c>&lt;secret&gt;</c> and no other byte changed: what <c>/api/v2/status</c> shows.</summary>
    public required string RedactedText { get; init; }

    public required GlobalSettings Global { get; init; }

    /// <summary>The root of the routing tree. It matches every alert.</summary>
    public required Route Route { get; init; }

    public required IReadOnlyList<Receiver> Receivers { get; init; }

    public IReadOnlyList<InhibitRule> InhibitRules { get; init; } = [];

    /// <summary>From <c>time_intervals</c> and the older <c>mute_time_intervals</c>; names are unique over both.</summary>
    public IReadOnlyList<NamedTimeInterval> TimeIntervals { get; init; } = [];

    /// <summary>Paths of template files, the last part may hold wildcards; relative ones are already resolved against the file's folder.</summary>
    public IReadOnlyList<string> Templates { get; init; } = [];

    public Receiver? FindReceiver(string name) => Receivers.FirstOrDefault(receiver => receiver.Name == name);

    public NamedTimeInterval? FindTimeInterval(string name) => TimeIntervals.FirstOrDefault(interval => interval.Name == name);
}

/// <summary>The <c>global</c> section. What receivers inherit from it is already filled into them; these values are what was written.</summary>
public sealed record GlobalSettings
{
    /// <summary>An alert that is posted without an end resolves after this time without a repeat. Default 5m.</summary>
    public TimeSpan ResolveTimeout { get; init; } = TimeSpan.FromMinutes(5);

    public HttpClientSettings Http { get; init; } = HttpClientSettings.Default;

    public SmtpSettings Smtp { get; init; } = new();

    public Secret? SlackApiUrl { get; init; }

    public string PagerDutyUrl { get; init; } = "https://events.pagerduty.com/v2/enqueue";

    public string OpsgenieApiUrl { get; init; } = "https://api.opsgenie.com/";

    public Secret? OpsgenieApiKey { get; init; }
}

/// <summary>One node of the routing tree with everything inherited from its parents filled in.</summary>
public sealed record Route
{
    /// <summary>Where the node stands: <c>route.routes[2]</c>.</summary>
    public required string Path { get; init; }

    /// <summary>Alertmanager's key of the route: the matchers of all nodes from the root, joined by <c>/</c>. First part of a group key.</summary>
    public required string Key { get; init; }

    public required int Line { get; init; }

    public required string Receiver { get; init; }

    /// <summary>From <c>match</c>, <c>match_re</c> and <c>matchers</c>, sorted by name; all must hold. Empty for the root.</summary>
    public IReadOnlyList<LabelMatcher> Matchers { get; init; } = [];

    /// <summary>Labels whose values make a group, without repeats; empty groups all alerts of the route together.</summary>
    public IReadOnlyList<string> GroupBy { get; init; } = [];

    /// <summary><c>group_by: ['...']</c>: every distinct label set is a group of its own.</summary>
    public bool GroupByAll { get; init; }

    /// <summary>How long a new group waits for more alerts. Default 30s.</summary>
    public TimeSpan GroupWait { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a group waits before it tells about a change. Default 5m.</summary>
    public TimeSpan GroupInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long before an unchanged group is told again. Default 4h.</summary>
    public TimeSpan RepeatInterval { get; init; } = TimeSpan.FromHours(4);

    /// <summary>An alert that matched here is also tried on the next siblings.</summary>
    public bool Continue { get; init; }

    /// <summary>Names of time intervals; not inherited by children, as in Alertmanager.</summary>
    public IReadOnlyList<string> MuteTimeIntervals { get; init; } = [];

    /// <summary>Names of time intervals outside of which the route tells nothing; not inherited by children, as in Alertmanager.</summary>
    public IReadOnlyList<string> ActiveTimeIntervals { get; init; } = [];

    public IReadOnlyList<Route> Routes { get; init; } = [];
}

/// <summary>While an alert matches the source, alerts that match the target and agree on <see cref="Equal"/> are not told.</summary>
public sealed record InhibitRule
{
    public required int Line { get; init; }

    /// <summary>For people; empty when the file gives none (a key of the newest Alertmanager).</summary>
    public string Name { get; init; } = "";

    public IReadOnlyList<LabelMatcher> SourceMatchers { get; init; } = [];

    public IReadOnlyList<LabelMatcher> TargetMatchers { get; init; } = [];

    /// <summary>Names of labels that must have the same value (or be missing) in both.</summary>
    public IReadOnlyList<string> Equal { get; init; } = [];
}

/// <summary>A named way to tell people: any number of integrations of any kind.</summary>
public sealed record Receiver
{
    public required string Name { get; init; }

    public required int Line { get; init; }

    /// <summary>What can be delivered, in the order of the file. Empty: notices go to preview.</summary>
    public IReadOnlyList<Integration> Integrations { get; init; } = [];

    /// <summary>Kinds that Alertmanager has and this product has not: read, checked for their keys, warned about, not delivered.</summary>
    public IReadOnlyList<UnsupportedIntegration> Unsupported { get; init; } = [];
}
