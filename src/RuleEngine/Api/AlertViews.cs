using System.Globalization;
using System.Text.Json.Serialization;
using Observability.Contracts;
using Observability.RuleEngine.Configuration;
using Observability.RuleEngine.Evaluating;
using Observability.RuleEngine.Rules;
using Observability.RuleEngine.Tracking;
using Observability.Telemetry;

namespace Observability.RuleEngine.Api;

/// <summary>The shapes in which others expect alerts, made from ours.</summary>
internal static class AlertViews
{
    public static IReadOnlyList<GettableAlert> Firing(AlertPath path, IReadOnlyList<LabelMatcher> matchers, string receiver)
    {
        IEnumerable<string> ReceiversOf(AlertState alert) => path.Groups.Of(alert.Labels.Fingerprint).Select(group => group.Receiver).Distinct(StringComparer.Ordinal);
        return
        [
            .. path.Alerts.All
                .Where(alert => alert.IsFiring && matchers.All(matcher => matcher.Matches(alert.Labels)))
                .Where(alert => receiver.Length == 0 || ReceiversOf(alert).Contains(receiver))
                .OrderBy(alert => alert.Fingerprint, StringComparer.Ordinal)
                .Select(alert => new GettableAlert
                {
                    Fingerprint = alert.Fingerprint,
                    Labels = Map(alert.Labels),
                    Annotations = alert.Annotations,
                    StartsAt = alert.FiredAt ?? alert.ActiveAt,
                    // Ours have no end while the condition holds; the field is required there.
                    EndsAt = DateTimeOffset.MaxValue,
                    UpdatedAt = alert.FiredAt ?? alert.ActiveAt,
                    GeneratorUrl = alert.GeneratorUrl,
                    Receivers = [.. ReceiversOf(alert).Select(name => new ReceiverName(name))],
                    Status = StatusOf(alert, path),
                }),
        ];
    }

    /// <summary>Groups with at least one firing alert, by receiver and labels.</summary>
    public static IReadOnlyList<AlertGroupView> Groups(AlertPath path)
    {
        var firing = Firing(path, [], "").ToDictionary(alert => alert.Fingerprint, StringComparer.Ordinal);
        return
        [
            .. path.Groups.All
                .OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => new AlertGroupView(Map(group.Labels), new ReceiverName(group.Receiver),
                    [.. group.Members.Select(member => firing.GetValueOrDefault(AlertState.FingerprintText(member))).OfType<GettableAlert>()]))
                .Where(group => group.Alerts.Count > 0),
        ];
    }

    public static AlertListAnswer Answer(IEnumerable<AlertState> alerts) =>
        new(new AlertList([.. alerts.Select(ToPrometheus)]));

    public static RuleListAnswer Rules(AlertPath path, AlertingGraph graph, RuleHealth health)
    {
        var byRule = path.Alerts.All.Where(alert => alert.Phase != AlertPhase.Resolved).ToLookup(alert => alert.RuleKey);
        return new RuleListAnswer(new RuleGroupList(
        [
            .. graph.Groups.Select(group => new RuleGroupView(group.Name, group.File, group.Interval.TotalSeconds,
                [.. group.Rules.Select(rule => ToView(rule, byRule[rule.Key].ToList(), health.Of(rule.Key)))])),
        ]));
    }

    private static RuleView ToView(CompiledRule rule, List<AlertState> alerts, RuleCondition? condition) => new()
    {
        Name = rule.Name,
        Query = rule.ExpressionText,
        Duration = rule.For.TotalSeconds,
        KeepFiringFor = rule.KeepFiringFor.TotalSeconds,
        Labels = Map(rule.Texts.LabelTemplates),
        Annotations = rule.Texts.AnnotationTemplates.ToDictionary(label => label.Name, label => label.Value, StringComparer.Ordinal),
        State = alerts.Exists(alert => alert.IsFiring) ? "firing" : alerts.Count > 0 ? "pending" : "inactive",
        Health = condition is null ? "unknown" : condition.Error is null ? "ok" : "err",
        LastError = condition?.Error,
        LastEvaluation = condition?.EvaluatedAt ?? default,
        EvaluationTime = condition?.Duration.TotalSeconds ?? 0,
        Alerts = [.. alerts.Select(ToPrometheus)],
    };

    private static AlertView ToPrometheus(AlertState alert) => new()
    {
        Fingerprint = alert.Fingerprint,
        Labels = Map(alert.Labels),
        Annotations = alert.Annotations,
        State = alert.Phase.ToString().ToLowerInvariant(),
        ActiveAt = alert.ActiveAt,
        FiredAt = alert.FiredAt,
        ResolvedAt = alert.ResolvedAt,
        EndReason = alert.EndReason.Length > 0 ? alert.EndReason : null,
        Value = alert.Value.ToString("R", CultureInfo.InvariantCulture),
        Occurrences = alert.Occurrences,
        Owner = alert.Owner,
        Run = alert.Run,
        Why = alert.Why,
    };

    private static AlertStatus StatusOf(AlertState alert, AlertPath path)
    {
        return path.Inhibitions.InhibitorOf(alert) is { } inhibitor
            ? new AlertStatus("suppressed", [], [AlertState.FingerprintText(inhibitor)], [])
            : new AlertStatus("active", [], [], []);
    }

    private static Dictionary<string, string> Map(LabelSet labels) =>
        labels.ToDictionary(label => label.Name, label => label.Value, StringComparer.Ordinal);
}

internal sealed record GettableAlert
{
    public required IReadOnlyDictionary<string, string> Annotations { get; init; }

    [JsonPropertyName("endsAt")]
    public required DateTimeOffset EndsAt { get; init; }

    public required string Fingerprint { get; init; }

    public required IReadOnlyList<ReceiverName> Receivers { get; init; }

    [JsonPropertyName("startsAt")]
    public required DateTimeOffset StartsAt { get; init; }

    public required AlertStatus Status { get; init; }

    [JsonPropertyName("updatedAt")]
    public required DateTimeOffset UpdatedAt { get; init; }

    [JsonPropertyName("generatorURL")]
    public string GeneratorUrl { get; init; } = "";

    public required IReadOnlyDictionary<string, string> Labels { get; init; }
}

internal sealed record ReceiverName(string Name);

/// <summary>Alertmanager's alertGroup (api/v2/openapi.yaml).</summary>
internal sealed record AlertGroupView(IReadOnlyDictionary<string, string> Labels, ReceiverName Receiver, IReadOnlyList<GettableAlert> Alerts);

internal sealed record AlertStatus(
    string State,
    [property: JsonPropertyName("silencedBy")] IReadOnlyList<string> SilencedBy,
    [property: JsonPropertyName("inhibitedBy")] IReadOnlyList<string> InhibitedBy,
    [property: JsonPropertyName("mutedBy")] IReadOnlyList<string> MutedBy);

/// <summary>Prometheus' alert, and after it what only we know (owner, run, why).</summary>
internal sealed record AlertView
{
    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    public required IReadOnlyDictionary<string, string> Annotations { get; init; }

    public required string State { get; init; }

    [JsonPropertyName("activeAt")]
    public required DateTimeOffset ActiveAt { get; init; }

    public required string Value { get; init; }

    public required string Fingerprint { get; init; }

    public DateTimeOffset? FiredAt { get; init; }

    public DateTimeOffset? ResolvedAt { get; init; }

    public string? EndReason { get; init; }

    public int Occurrences { get; init; }

    public NoticeOwner? Owner { get; init; }

    public RunFacts? Run { get; init; }

    public IReadOnlyList<WhyStep> Why { get; init; } = [];
}

internal sealed record AlertListAnswer(AlertList Data)
{
    public string Status { get; } = "success";
}

internal sealed record AlertList(IReadOnlyList<AlertView> Alerts);

internal sealed record RuleListAnswer(RuleGroupList Data)
{
    public string Status { get; } = "success";
}

internal sealed record RuleGroupList(IReadOnlyList<RuleGroupView> Groups);

internal sealed record RuleGroupView(string Name, string File, double Interval, IReadOnlyList<RuleView> Rules);

internal sealed record RuleView
{
    public string Type { get; } = "alerting";

    public required string Name { get; init; }

    public required string Query { get; init; }

    public double Duration { get; init; }

    [JsonPropertyName("keepFiringFor")]
    public double KeepFiringFor { get; init; }

    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    public required IReadOnlyDictionary<string, string> Annotations { get; init; }

    public required string State { get; init; }

    public required string Health { get; init; }

    [JsonPropertyName("lastError")]
    public string? LastError { get; init; }

    [JsonPropertyName("lastEvaluation")]
    public DateTimeOffset LastEvaluation { get; init; }

    [JsonPropertyName("evaluationTime")]
    public double EvaluationTime { get; init; }

    public required IReadOnlyList<AlertView> Alerts { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyList<GettableAlert>))]
[JsonSerializable(typeof(IReadOnlyList<AlertGroupView>))]
[JsonSerializable(typeof(AlertListAnswer))]
[JsonSerializable(typeof(RuleListAnswer))]
internal sealed partial class AlertViewJson : JsonSerializerContext;
