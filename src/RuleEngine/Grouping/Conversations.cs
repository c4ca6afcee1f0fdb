using Observability.RuleEngine.Configuration;

namespace Observability.RuleEngine.Grouping;

/// <summary>One integration's share in a group: what its people know, under which name they were told, and how they are reached now.</summary>
/// <param name="Key">Where its state stands in <see cref="AlertGroup.Told"/>.</param>
/// <param name="Name">The integration's name in intents, the same from the beginning to the end: it is part of their identity and of the thread.</param>
/// <param name="Known">What was told so far.</param>
/// <param name="Target">The integration of now; null when the configuration leads there no longer: then only the end is still told.</param>
internal sealed record Conversation(string Key, string Name, ToldState Known, IntegrationTarget? Target)
{
    /// <summary>The present configuration has another address, or none, under the conversation's name.</summary>
    public bool IsMoved => Target?.Name != Name;
}

/// <summary>
/// Finds for each address the conversation that it has heard. An integration is called by its place in the file (<c>slack[0]</c>), so the name alone says
/// nothing after a change: what was told is followed by the address, and new people under an old name begin anew.
/// </summary>
internal static class Conversations
{
    public static IReadOnlyList<Conversation> Of(AlertGroup group, IReadOnlyList<IntegrationTarget> targets)
    {
        var open = group.Told.Where(told => told.Value.Firing.Count > 0).ToDictionary(told => told.Key, told => told.Value, StringComparer.Ordinal);
        var found = new List<Conversation>();
        // Those that kept their name first, so that nobody else takes it from them.
        foreach (var target in targets.OrderByDescending(target => open.TryGetValue(target.Name, out var known) && LeadsTo(target, known)))
        {
            var conversation = OpenOne(target, open) ?? NewOne(target, group, open);
            open.Remove(conversation.Key);
            found.Add(conversation);
        }
        found.AddRange(open.Select(told => new Conversation(told.Key, NameOf(told.Key), told.Value, null)));
        return found;
    }

    /// <summary>The next ordinal under a name; conversations that share one share the count, so that no intent has the identity of another.</summary>
    public static long NextOrdinal(IEnumerable<KeyValuePair<string, ToldState>> told, string name) =>
        told.Where(entry => NameOf(entry.Key) == name).Select(entry => entry.Value.Ordinal).DefaultIfEmpty().Max() + 1;

    /// <summary>Drops what a name had besides its own conversation and is over; its count goes on.</summary>
    public static void Tidy(Dictionary<string, ToldState> told)
    {
        foreach (var (key, state) in told.Where(entry => entry.Key != NameOf(entry.Key) && entry.Value.Firing.Count == 0).ToList())
        {
            var own = told.GetValueOrDefault(NameOf(key)) ?? new ToldState();
            told[NameOf(key)] = own with { Ordinal = Math.Max(own.Ordinal, state.Ordinal) };
            told.Remove(key);
        }
    }

    private static Conversation? OpenOne(IntegrationTarget target, Dictionary<string, ToldState> open)
    {
        if (open.TryGetValue(target.Name, out var own) && LeadsTo(target, own))
        {
            return new Conversation(target.Name, target.Name, own, target);
        }
        return target.Address is { } address && open.FirstOrDefault(told => told.Value.AddressId == address.Id) is { Key: { } key, Value: { } known }
            ? new Conversation(key, NameOf(key), known, target)
            : null;
    }

    // While other people still wait for the end under the name, the new ones stand beside them.
    private static Conversation NewOne(IntegrationTarget target, AlertGroup group, Dictionary<string, ToldState> open)
    {
        var key = open.ContainsKey(target.Name) ? $"{target.Name}@{target.Address?.Id}" : target.Name;
        return new Conversation(key, target.Name, group.Told.GetValueOrDefault(key) ?? new ToldState(), target);
    }

    // What was told before addresses were kept is taken to be where the name leads.
    private static bool LeadsTo(IntegrationTarget target, ToldState known) => known.AddressId.Length == 0 || known.AddressId == target.Address?.Id;

    private static string NameOf(string key) => key.Split('@', 2)[0];
}
