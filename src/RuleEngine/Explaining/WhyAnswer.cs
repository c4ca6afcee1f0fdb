using System.Text.Json.Serialization;
using Observability.Contracts;
using Observability.RuleEngine.Configuration;
using Observability.RuleEngine.Grouping;
using Observability.RuleEngine.Routing;
using Observability.RuleEngine.Tracking;

namespace Observability.RuleEngine.Explaining;

/// <summary>Why an alert was told to those who heard it, and why to nobody else.</summary>
internal sealed record WhyAnswer
{
    public required string Alert { get; init; }

    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    public required string State { get; init; }

    /// <summary>From the event to the alert; the same for everybody.</summary>
    public required IReadOnlyList<WhyStep> Steps { get; init; }

    public required IReadOnlyList<WhyReceiver> Told { get; init; }

    public required IReadOnlyList<WhyReceiver> NotTold { get; init; }

    public required long ConfigurationVersion { get; init; }
}

/// <summary>One receiver's share: the stage that decided and the reason in words; intents lead to the notices.</summary>
internal sealed record WhyReceiver(string Receiver, string Stage, string Reason, IReadOnlyList<string> Intents);

/// <summary>Computes the answer from what is kept: positive steps stand with the alert, "why not" is decided again by the code that routes.</summary>
internal static class Explainer
{
    public static WhyAnswer Explain(AlertState alert, AlertPath path, AlertingGraph graph, DateTimeOffset now)
    {
        var owner = OwnerResolver.Resolve(alert, graph.Configuration.Owners);
        var decisions = graph.Router.Decide(alert, owner);
        var groups = path.Groups.Of(alert.Labels.Fingerprint).ToList();
        var told = new List<WhyReceiver>();
        var notTold = new List<WhyReceiver>();
        foreach (var decision in decisions)
        {
            var (wasTold, receiver) = Judge(alert, decision, groups, path, graph, now);
            (wasTold ? told : notTold).Add(receiver);
        }
        var named = decisions.Select(decision => decision.Receiver).ToHashSet(StringComparer.Ordinal);
        foreach (var group in groups.Where(group => !named.Contains(group.Receiver) && Heard(group, alert)))
        {
            told.Add(new WhyReceiver(group.Receiver, "route", "was told under an earlier configuration and will hear the end", IntentsOf(group)));
            named.Add(group.Receiver);
        }
        notTold.AddRange(graph.Configuration.Alerting.Receivers
            .Where(receiver => !named.Contains(receiver.Name))
            .Select(receiver => new WhyReceiver(receiver.Name, "route", "no route leads there", [])));
        return new WhyAnswer
        {
            Alert = alert.Fingerprint,
            Labels = alert.Labels.ToDictionary(label => label.Name, label => label.Value, StringComparer.Ordinal),
            State = alert.Phase.ToString().ToLowerInvariant(),
            Steps = [.. alert.Why, new WhyStep("owner", owner.Name != NoticeOwner.Unowned, $"{owner.Name}, {owner.DecidedBy}")],
            Told = told,
            NotTold = notTold,
            ConfigurationVersion = graph.Version,
        };
    }

    private static (bool Told, WhyReceiver Receiver) Judge(AlertState alert, RouteDecision decision, List<AlertGroup> groups, AlertPath path,
        AlertingGraph graph, DateTimeOffset now)
    {
        var group = groups.Find(group => group.Receiver == decision.Receiver && Heard(group, alert));
        if (group is not null)
        {
            return (true, new WhyReceiver(decision.Receiver, "told", decision.Verdict.Reason, IntentsOf(group)));
        }
        WhyReceiver Not(string stage, string reason) => new(decision.Receiver, stage, reason, []);
        if (!decision.IsOpen)
        {
            return (false, Not(decision.Verdict.Stage, decision.Verdict.Reason));
        }
        if (!alert.IsFiring)
        {
            return (false, Not("rule", $"the alert is {alert.Phase.ToString().ToLowerInvariant()}"));
        }
        if (graph.MuteTimes.ReasonToBeQuiet(decision.Route, now) is { } quiet)
        {
            return (false, Not("mute time", quiet));
        }
        return path.Inhibitions.InhibitorOf(alert) is { } inhibitor
            ? (false, Not("dependency", $"held back by {path.Alerts.Find(inhibitor)?.Labels}"))
            : (false, Not("group", "waits for its group's time"));
    }

    private static bool Heard(AlertGroup group, AlertState alert) =>
        group.Told.Values.Any(told => told.Firing.ContainsKey(alert.Labels.Fingerprint));

    private static List<string> IntentsOf(AlertGroup group) =>
        [.. group.Told.Select(told => NotificationIntent.IdOf(group.Key, group.Receiver, told.Key, told.Value.Ordinal))];
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(WhyAnswer))]
internal sealed partial class WhyJson : JsonSerializerContext;
