using Observability.Configuration.Yaml;

namespace Observability.Configuration;

/// <summary>Where an integration stands: its kind, its position within the kind, its line.</summary>
internal readonly record struct IntegrationPlace(string Kind, int Index, int Line);

/// <summary>Reads the entries of <c>receivers</c>. A kind is one row in the table below.</summary>
internal static class ReceiverReader
{
    private const string Suffix = "_configs";

    private static readonly Dictionary<string, Func<MappingReader, IntegrationPlace, GlobalSettings, Integration>> s_kinds = new(StringComparer.Ordinal)
    {
        ["slack"] = SlackReader.Read,
        ["email"] = EmailReader.Read,
        ["webhook"] = WebhookReader.Read,
        ["pagerduty"] = PagerDutyReader.Read,
        ["opsgenie"] = OpsgenieReader.Read,
        ["msteams"] = TeamsReader.Read,
        ["msteamsv2"] = TeamsReader.Read,
    };

    public static Receiver? Read(NodeReader item, GlobalSettings global)
    {
        if (item.AsMapping() is not { } mapping)
        {
            return null;
        }
        var name = mapping.RequiredText("name", "routes refer to a receiver by its name");
        var integrations = new List<Integration>();
        var unsupported = new List<UnsupportedIntegration>();
        mapping.Know(s_kinds.Keys.Concat(UnsupportedKinds.Names).Select(kind => kind + Suffix));
        foreach (var key in mapping.Node.Entries.Select(entry => entry.Key.Value).Where(key => key.EndsWith(Suffix, StringComparison.Ordinal)))
        {
            var kind = key[..^Suffix.Length];
            if (s_kinds.ContainsKey(kind) || UnsupportedKinds.Contains(kind))
            {
                ReadKind(mapping, kind, global, integrations, unsupported);
            }
        }
        mapping.Finish();
        return new Receiver { Name = name, Line = mapping.Line, Integrations = integrations, Unsupported = unsupported };
    }

    private static void ReadKind(MappingReader receiver, string kind, GlobalSettings global, List<Integration> integrations, List<UnsupportedIntegration> unsupported)
    {
        var index = 0;
        foreach (var item in receiver.Items(kind + Suffix))
        {
            if (item.AsMapping() is not { } mapping)
            {
                continue;
            }
            var place = new IntegrationPlace(kind, index++, mapping.Line);
            if (s_kinds.TryGetValue(kind, out var read))
            {
                integrations.Add(read(mapping, place, global));
            }
            else
            {
                unsupported.Add(UnsupportedKinds.Read(mapping, place));
                item.Warn($"'{kind}' is not delivered by this product; what only goes there is not told. Known: {string.Join(", ", s_kinds.Keys)}");
            }
            mapping.Finish();
        }
    }
}
