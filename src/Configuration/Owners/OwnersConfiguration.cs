namespace Observability.Configuration;

/// <summary><c>owners.yaml</c>: teams, people, and which assets are whose.</summary>
public sealed class OwnersConfiguration
{
    private readonly Dictionary<string, Owner> _byId = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Owner> _byHint = new(StringComparer.OrdinalIgnoreCase);

    internal OwnersConfiguration(IReadOnlyList<Owner> owners, IReadOnlyList<AssetRule> assets)
    {
        Owners = owners;
        Assets = assets;
        foreach (var owner in owners)
        {
            _byId[owner.Id] = owner;
        }
        // Ids win over aliases, aliases over what only happens to be written: the order of these loops is that order.
        foreach (var owner in owners)
        {
            _byHint.TryAdd(owner.Id, owner);
        }
        foreach (var owner in owners)
        {
            foreach (var hint in owner.Aliases.Append(owner.Email).Append(owner.SlackId).Append(owner.Name).Where(hint => hint.Length > 0))
            {
                _byHint.TryAdd(hint, owner);
            }
        }
    }

    public static OwnersConfiguration Empty { get; } = new([], []);

    /// <summary>Teams first, then people, each in the order of the file.</summary>
    public IReadOnlyList<Owner> Owners { get; }

    public IReadOnlyList<AssetRule> Assets { get; }

    /// <summary>By the id that stands in the <c>owner</c> label.</summary>
    public Owner? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>
    /// The chain: hints in their order (a payload's owner, the <c>owner</c> label, the <c>team</c> label), then the first asset rule with an owner that covers
    /// the asset, then nobody. A hint that names nobody known is passed over, and the reason says so.
    /// </summary>
    public OwnerResolution Resolve(IEnumerable<string> hints, string source, string pipeline, string task = "")
    {
        var unknown = "";
        foreach (var hint in hints.Select(hint => hint.Trim().TrimStart('@')).Where(hint => hint.Length > 0))
        {
            if (_byHint.TryGetValue(hint, out var owner))
            {
                return new OwnerResolution(owner, OwnerStep.Hint, $"'{hint}' is {owner.Id} in owners.yaml");
            }
            unknown += $"'{hint}' is nobody in owners.yaml; ";
        }
        foreach (var rule in Assets)
        {
            if (rule.Owner is { } id && rule.Covers(source, pipeline, task))
            {
                return new OwnerResolution(_byId[id], OwnerStep.Asset, $"{unknown}asset rule in line {rule.Line} of owners.yaml");
            }
        }
        return new OwnerResolution(null, OwnerStep.None, $"{unknown}no asset rule of owners.yaml covers source '{source}', pipeline '{pipeline}'");
    }

    /// <summary>The tier of the first asset rule that sets one and covers the asset, or an empty string.</summary>
    public string TierOf(string source, string pipeline, string task = "") =>
        Assets.FirstOrDefault(rule => rule.Tier is not null && rule.Covers(source, pipeline, task))?.Tier ?? "";
}
