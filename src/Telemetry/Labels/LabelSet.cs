using System.Collections;
using System.Text;

namespace Observability.Telemetry;

/// <summary>
/// The identity of a series, an alert or a log stream: labels sorted by name (ordinal), no name twice, no empty value.
/// Immutable; equality is by content and cheap, because <see cref="Fingerprint"/> is computed once.
/// </summary>
public sealed class LabelSet : IReadOnlyList<Label>, IEquatable<LabelSet>
{
    /// <summary>The label that holds a metric's name.</summary>
    public const string MetricName = "__name__";

    public static readonly LabelSet Empty = new([]);

    private readonly Label[] _labels;

    private LabelSet(Label[] sorted)
    {
        _labels = sorted;
        Fingerprint = StableHash.Of(sorted);
    }

    /// <summary>64-bit hash over names and values; the same in every process and version, so it may be stored.</summary>
    public ulong Fingerprint { get; }

    public int Count => _labels.Length;

    public Label this[int index] => _labels[index];

    /// <summary>The value of <paramref name="name"/>, or an empty string when the label is absent.</summary>
    public string this[string name] => Find(name) is >= 0 and var index ? _labels[index].Value : "";

    public ReadOnlySpan<Label> AsSpan() => _labels;

    public bool Has(string name) => Find(name) >= 0;

    /// <summary>Sorts, drops empty values and keeps the last of equal names.</summary>
    public static LabelSet Of(params IEnumerable<Label> labels)
    {
        var builder = new LabelSetBuilder();
        foreach (var label in labels)
        {
            builder.Set(label.Name, label.Value);
        }
        return builder.Build();
    }

    public static LabelSet Of(params ReadOnlySpan<(string Name, string Value)> labels)
    {
        var builder = new LabelSetBuilder();
        foreach (var (name, value) in labels)
        {
            builder.Set(name, value);
        }
        return builder.Build();
    }

    /// <summary>Takes labels that are already sorted by name (ordinal), unique and not empty; the array is owned afterwards.</summary>
    /// <exception cref="ArgumentException">The labels are not in that form.</exception>
    public static LabelSet FromSorted(Label[] labels)
    {
        for (var i = 0; i < labels.Length; i++)
        {
            if (labels[i].Value.Length == 0 || (i > 0 && string.CompareOrdinal(labels[i - 1].Name, labels[i].Name) >= 0))
            {
                throw new ArgumentException($"label {i} ('{labels[i].Name}') is out of order, repeated or empty", nameof(labels));
            }
        }
        return labels.Length == 0 ? Empty : new LabelSet(labels);
    }

    /// <summary>A copy with one label set; an empty value removes it.</summary>
    public LabelSet With(string name, string value) => new LabelSetBuilder(this).Set(name, value).Build();

    public LabelSet Without(params ReadOnlySpan<string> names)
    {
        var builder = new LabelSetBuilder(this);
        foreach (var name in names)
        {
            builder.Remove(name);
        }
        return builder.Build();
    }

    public bool Equals(LabelSet? other) =>
        ReferenceEquals(this, other)
        || (other is not null && Fingerprint == other.Fingerprint && _labels.AsSpan().SequenceEqual(other._labels));

    public override bool Equals(object? obj) => Equals(obj as LabelSet);

    public override int GetHashCode() => Fingerprint.GetHashCode();

    public IEnumerator<Label> GetEnumerator() => ((IEnumerable<Label>)_labels).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Prometheus' notation: <c>up{job="a"}</c>, or <c>{job="a"}</c> without a metric name.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(this[MetricName]);
        if (_labels.Length == 0 || text.Length == 0 || _labels.Length > 1)
        {
            text.Append('{');
            var separator = "";
            foreach (var (name, value) in _labels)
            {
                if (name != MetricName)
                {
                    text.Append(separator).Append(LabelText.Name(name)).Append('=').Append(LabelText.Quote(value));
                    separator = ", ";
                }
            }
            text.Append('}');
        }
        return text.ToString();
    }

    private int Find(string name)
    {
        // Sets hold 5 to 15 labels: a linear scan over references beats a binary search with string comparisons.
        for (var i = 0; i < _labels.Length; i++)
        {
            if (ReferenceEquals(_labels[i].Name, name) || string.Equals(_labels[i].Name, name, StringComparison.Ordinal))
            {
                return i;
            }
        }
        return -1;
    }
}
