namespace Observability.Templates;

/// <summary>A list. A derived type adds methods (<c>.Alerts.Firing</c>) and its own way of printing.</summary>
public class TemplateList(IReadOnlyList<TemplateValue> items)
{
    public IReadOnlyList<TemplateValue> Items { get; } = items;

    public int Count => Items.Count;

    /// <summary>How <c>print</c> shows the list; null for Go's <c>[a b]</c>.</summary>
    public virtual string? OwnText => null;

    public virtual bool TryGetMethod(string name, out TemplateFunction method)
    {
        method = null!;
        return false;
    }
}

/// <summary>A map from text, its keys sorted: <c>range</c> and printing follow the keys, as in Go. A derived type adds methods.</summary>
public class TemplateMap
{
    private readonly SortedList<string, TemplateValue> _entries;

    /// <param name="entries">A key that comes twice keeps its last value.</param>
    /// <param name="zero">What an absent key reads as: "" for a map of texts, nil for a map of anything.</param>
    public TemplateMap(IEnumerable<KeyValuePair<string, TemplateValue>> entries, TemplateValue zero = default)
    {
        // Filled sorted, because a SortedList takes quadratic time to be filled in any other order.
        var ordered = entries.OrderBy(entry => entry.Key, StringComparer.Ordinal).ToArray();
        _entries = new SortedList<string, TemplateValue>(ordered.Length, StringComparer.Ordinal);
        foreach (var (key, value) in ordered)
        {
            _entries[key] = value;
        }
        Zero = zero;
    }

    public TemplateValue Zero { get; }

    public virtual int Count => _entries.Count;

    /// <summary>Sorted by key.</summary>
    public virtual IEnumerable<KeyValuePair<string, TemplateValue>> Entries => _entries;

    /// <summary>How <c>print</c> shows the map; null for Go's <c>map[a:1]</c>.</summary>
    public virtual string? OwnText => null;

    /// <summary>A map of texts, such as labels: an absent key reads as "".</summary>
    public static TemplateMap OfTexts(IEnumerable<KeyValuePair<string, string>> entries) =>
        new(entries.Select(entry => KeyValuePair.Create(entry.Key, TemplateValue.From(entry.Value))), "");

    /// <summary>
    /// A map of texts that is looked into key by key and listed only when a template ranges over it or prints it: for data that has many keys of which
    /// a template names few.
    /// </summary>
    /// <param name="find">The text of a key, "" for one that is absent.</param>
    /// <param name="list">All keys with their texts. Called at most once.</param>
    public static TemplateMap OfTexts(Func<string, string> find, Func<IEnumerable<KeyValuePair<string, string>>> list) => new LookedUpTexts(find, list);

    public virtual bool TryGetValue(string key, out TemplateValue value) => _entries.TryGetValue(key, out value);

    public virtual bool TryGetMethod(string name, out TemplateFunction method)
    {
        method = null!;
        return false;
    }
}

internal sealed class LookedUpTexts(Func<string, string> find, Func<IEnumerable<KeyValuePair<string, string>>> list) : TemplateMap([], "")
{
    private TemplateMap? _listed;

    public override int Count => Listed.Count;

    public override IEnumerable<KeyValuePair<string, TemplateValue>> Entries => Listed.Entries;

    private TemplateMap Listed => _listed ??= OfTexts(list());

    public override bool TryGetValue(string key, out TemplateValue value)
    {
        var text = find(key);
        value = text;
        return text.Length > 0;
    }
}

/// <summary>
/// An object of the product that templates may look into. Only what it answers to is reachable; a field whose value is a function is a method and
/// is called with the arguments that follow it.
/// </summary>
public interface ITemplateObject
{
    /// <summary>For error texts: "Alert has no field Foo".</summary>
    string TypeName { get; }

    /// <summary>How <c>print</c> shows the object.</summary>
    string OwnText => "{" + TypeName + "}";

    /// <summary>What <c>toJson</c> writes, in this order.</summary>
    IEnumerable<KeyValuePair<string, TemplateValue>> JsonMembers => [];

    /// <summary>False is an error of the template, as a missing field of a Go struct is: objects have no optional fields.</summary>
    bool TryGetField(string name, out TemplateValue value);
}
