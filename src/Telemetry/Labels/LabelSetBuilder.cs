namespace Observability.Telemetry;

/// <summary>Collects labels in any order and makes a <see cref="LabelSet"/>. May be reused after <see cref="Build"/>.</summary>
public sealed class LabelSetBuilder
{
    private readonly List<Label> _labels;

    public LabelSetBuilder() => _labels = [];

    public LabelSetBuilder(LabelSet start) => _labels = [.. start];

    public string this[string name] => _labels.Find(label => label.Name == name).Value ?? "";

    /// <summary>Sets or replaces; an empty value removes the label.</summary>
    public LabelSetBuilder Set(string name, string value)
    {
        var index = _labels.FindIndex(label => label.Name == name);
        if (index >= 0)
        {
            _labels[index] = new Label(name, value);
        }
        else if (value.Length > 0)
        {
            _labels.Add(new Label(name, value));
        }
        return this;
    }

    public LabelSetBuilder Remove(string name) => Set(name, "");

    public LabelSet Build()
    {
        _labels.RemoveAll(label => label.Value.Length == 0);
        _labels.Sort(static (left, right) => string.CompareOrdinal(left.Name, right.Name));
        return LabelSet.FromSorted([.. _labels]);
    }
}
