using Observability.Configuration.Yaml;

namespace Observability.Configuration;

/// <summary>Reads <c>owners.yaml</c>.</summary>
public static class OwnersReader
{
    public static ConfigurationResult<OwnersConfiguration> Read(string text, string file, Func<string, string?>? variables = null)
    {
        var context = new ReadingContext(file, "", variables ?? Environment.GetEnvironmentVariable);
        var root = MappingReader.OfRoot(YamlTree.Read(text, context), context);
        return context.Finish(root is null ? null : ReadRoot(root));
    }

    private static OwnersConfiguration ReadRoot(MappingReader root)
    {
        var owners = new List<Owner>();
        var places = new Dictionary<string, YamlScalar>(StringComparer.Ordinal);
        ReadOwners(root, "teams", OwnerKind.Team, owners, places);
        ReadOwners(root, "people", OwnerKind.Person, owners, places);
        var teams = owners.Where(owner => owner.Kind == OwnerKind.Team).ToDictionary(owner => owner.Id, StringComparer.Ordinal);
        for (var i = 0; i < owners.Count; i++)
        {
            owners[i] = FillFromTeam(root, owners[i], teams, places);
        }
        CheckAliases(root, owners, places);
        var ids = owners.Select(owner => owner.Id).ToHashSet(StringComparer.Ordinal);
        var assets = root.Items("assets").Select(item => ReadAsset(item, ids)).OfType<AssetRule>().ToList();
        root.Finish();
        return new OwnersConfiguration(owners, root.Context.Errors.Count == 0 ? assets : []);
    }

    private static void ReadOwners(MappingReader root, string key, OwnerKind kind, List<Owner> owners, Dictionary<string, YamlScalar> places)
    {
        foreach (var (id, value) in root.Mapping(key)?.Entries() ?? [])
        {
            if (value.AsMapping() is not { } mapping)
            {
                continue;
            }
            if (owners.Find(owner => owner.Id == id.Value) is { } first)
            {
                value.Context.Error(id, value.Path, $"'{id.Value}' is already the id of the team in line {first.Line}");
            }
            var owner = new Owner
            {
                Id = id.Value,
                Kind = kind,
                Line = id.Line,
                Name = mapping.Text("name") ?? id.Value,
                SlackId = mapping.Text("slack_id") ?? "",
                Channel = mapping.Text("channel") ?? "",
                Email = mapping.Text("email") ?? "",
                Team = kind == OwnerKind.Team ? id.Value : mapping.Text("team") ?? "",
                Aliases = mapping.Texts("aliases"),
            };
            if (owner.Email.Length > 0 && !owner.Email.Contains('@', StringComparison.Ordinal))
            {
                mapping.Error("email", $"must be a mail address, not '{owner.Email}'");
            }
            mapping.Finish();
            owners.Add(owner);
            places[owner.Id] = id;
        }
    }

    private static Owner FillFromTeam(MappingReader root, Owner owner, Dictionary<string, Owner> teams, Dictionary<string, YamlScalar> places)
    {
        if (owner.Kind == OwnerKind.Team || owner.Team.Length == 0)
        {
            return owner;
        }
        if (!teams.TryGetValue(owner.Team, out var team))
        {
            var message = $"team '{owner.Team}' is not defined under 'teams'; {NearestName.Hint(owner.Team, teams.Keys)}";
            root.Context.Error(places[owner.Id], $"people.{owner.Id}.team", message);
            return owner;
        }
        return owner.Channel.Length > 0 ? owner : owner with { Channel = team.Channel };
    }

    private static void CheckAliases(MappingReader root, List<Owner> owners, Dictionary<string, YamlScalar> places)
    {
        var taken = new Dictionary<string, Owner>(StringComparer.OrdinalIgnoreCase);
        foreach (var owner in owners)
        {
            foreach (var name in owner.Aliases.Append(owner.Id))
            {
                if (!taken.TryAdd(name, owner) && taken[name].Id != owner.Id)
                {
                    var message = $"'{name}' stands for both '{taken[name].Id}' and '{owner.Id}'; a name that a source reports must mean one owner";
                    root.Context.Error(places[owner.Id], "", message);
                }
            }
        }
    }

    private static AssetRule? ReadAsset(NodeReader item, HashSet<string> ids)
    {
        if (item.AsMapping() is not { } mapping)
        {
            return null;
        }
        var rule = new AssetRule
        {
            Line = mapping.Line,
            Source = mapping.Text("source") ?? "*",
            Pipeline = mapping.Text("pipeline") ?? "*",
            Task = mapping.Text("task") ?? "*",
            Owner = mapping.Text("owner"),
            Tier = mapping.Text("tier"),
        };
        if (rule.Owner is { } owner && !ids.Contains(owner))
        {
            mapping.Error("owner", $"'{owner}' is neither a team nor a person of this file; {NearestName.Hint(owner, ids)}");
        }
        if (rule.Owner is null && rule.Tier is null)
        {
            mapping.Error("says nothing: write an owner, a tier or both");
        }
        mapping.Finish();
        return rule;
    }
}
