namespace Observability.Templates;

/// <summary>Labels or annotations as notification templates see them (Alertmanager's KV): a map of texts with SortedPairs, Names, Values and Remove.</summary>
public sealed class LabelData(IEnumerable<KeyValuePair<string, string>> labels)
    : TemplateMap(labels.Select(label => KeyValuePair.Create(label.Key, TemplateValue.From(label.Value))), "")
{
    private const string AlertName = "alertname";

    public static LabelData Empty { get; } = new([]);

    public override string OwnText => Pairs.OwnText;

    private PairList Pairs => new([.. SortedLabels()]);

    public override bool TryGetMethod(string name, out TemplateFunction method)
    {
        method = name switch
        {
            "SortedPairs" => new(name, 0, _ => TemplateValue.From(Pairs)),
            "Names" => new(name, 0, _ => TemplateValue.Texts(SortedLabels().Select(label => label.Key))),
            "Values" => new(name, 0, _ => TemplateValue.Texts(SortedLabels().Select(label => label.Value))),
            "Remove" => new(name, 1, call => TemplateValue.From(Without(call.List(0)))),
            _ => null!,
        };
        return method is not null;
    }

    /// <summary>The name of the alert comes first, the others follow in order.</summary>
    private IEnumerable<KeyValuePair<string, string>> SortedLabels() =>
        Entries.Select(entry => KeyValuePair.Create(entry.Key, entry.Value.AsText)).OrderByDescending(label => label.Key == AlertName);

    private LabelData Without(TemplateList names)
    {
        var removed = names.Items.Select(name => name.Kind == TemplateKind.Text ? name.AsText : "").ToHashSet(StringComparer.Ordinal);
        return new LabelData(SortedLabels().Where(label => !removed.Contains(label.Key)));
    }

    /// <summary>Alertmanager's Pairs: prints as <c>a=1, b=2</c>.</summary>
    private sealed class PairList(IReadOnlyList<KeyValuePair<string, string>> pairs)
        : TemplateList([.. pairs.Select(pair => TemplateValue.From(new Pair(pair.Key, pair.Value)))])
    {
        public override string OwnText => string.Join(", ", pairs.Select(pair => $"{pair.Key}={pair.Value}"));

        public override bool TryGetMethod(string name, out TemplateFunction method)
        {
            method = name switch
            {
                "Names" => new(name, 0, _ => TemplateValue.Texts(pairs.Select(pair => pair.Key))),
                "Values" => new(name, 0, _ => TemplateValue.Texts(pairs.Select(pair => pair.Value))),
                _ => null!,
            };
            return method is not null;
        }
    }

    private sealed record Pair(string Name, string Value) : ITemplateObject
    {
        public string TypeName => "Pair";

        public string OwnText => $"{{{Name} {Value}}}";

        public IEnumerable<KeyValuePair<string, TemplateValue>> JsonMembers => [new("Name", Name), new("Value", Value)];

        public bool TryGetField(string name, out TemplateValue value)
        {
            value = name switch { "Name" => Name, "Value" => Value, _ => TemplateValue.Nil };
            return !value.IsNil;
        }
    }
}
