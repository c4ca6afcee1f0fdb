using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using Observability.LogStore.Segments.Rows;
using Observability.Telemetry;

namespace Observability.LogStore.Segments.Searching;

/// <summary>
/// Tells rows of one group of streams further apart by attributes that stand for labels which the stream does not have. Groups and texts are numbered as they
/// are met; a group is another one with one more label. Not thread-safe.
/// </summary>
/// <param name="labels">Names of the labels that are looked for.</param>
internal sealed class AttributeGroups(IReadOnlyList<string> labels)
{
    /// <summary>Texts up to this are looked up without an object.</summary>
    private const int ShortText = 256;

    /// <summary>Numbers of our own begin here; below are those of groups of streams.</summary>
    private const int FirstOwn = 1 << 24;

    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<string> _texts = [];
    private readonly Dictionary<(int Group, int Label, int Text), int> _groups = [];
    private readonly List<(int Group, int Label, int Text)> _origins = [];
    private readonly Dictionary<int, LabelSet> _labelSets = [];
    private int[] _found = [];

    /// <summary>The group of each row that was found; valid until the next call.</summary>
    /// <param name="rows">Of a block or the head.</param>
    /// <param name="found">Which of them.</param>
    /// <param name="streamGroups">By slot.</param>
    public ReadOnlySpan<int> GroupsOf(RowColumns rows, int[] found, int[] streamGroups)
    {
        if (_found.Length < found.Length)
        {
            _found = new int[found.Length];
        }
        var slots = rows.Slots;
        for (var index = 0; index < found.Length; index++)
        {
            _found[index] = streamGroups[slots[found[index]]];
        }
        for (var label = 0; label < labels.Count; label++)
        {
            if (rows.Tables.AttributeOf(labels[label]) is { } attribute)
            {
                Divide(rows, found, label, attribute);
            }
        }
        return _found.AsSpan(0, found.Length);
    }

    public LabelSet LabelsOf(int group, IReadOnlyList<LabelSet> streamGroups)
    {
        if (group < FirstOwn)
        {
            return streamGroups[group];
        }
        if (!_labelSets.TryGetValue(group, out var labelSet))
        {
            var origin = _origins[group - FirstOwn];
            labelSet = LabelsOf(origin.Group, streamGroups).With(labels[origin.Label], _texts[origin.Text]);
            _labelSets.Add(group, labelSet);
        }
        return labelSet;
    }

    private void Divide(RowColumns rows, int[] found, int label, string attribute)
    {
        // A row's own attribute counts before its resource's: it was added later.
        var texts = ArrayPool<int>.Shared.Rent(found.Length);
        try
        {
            FillFromResources(rows, found, attribute, texts);
            var name = rows.Tables.Names.Span.IndexOf(attribute);
            if (name >= 0)
            {
                rows.ReadAttribute(name, found, (index, text) =>
                {
                    if (text.Length > 0)
                    {
                        texts[index] = NumberOf(text);
                    }
                });
            }
            var slots = rows.Slots;
            for (var index = 0; index < found.Length; index++)
            {
                if (texts[index] >= 0 && _found[index] >= 0 && !rows.Tables.ResourceOf(slots[found[index]]).Stream.Has(labels[label]))
                {
                    _found[index] = GroupOf((_found[index], label, texts[index]));
                }
            }
        }
        finally
        {
            ArrayPool<int>.Shared.Return(texts);
        }
    }

    private void FillFromResources(RowColumns rows, int[] found, string attribute, int[] texts)
    {
        var slots = rows.Slots;
        var (lastSlot, lastText) = (-1, -1);
        for (var index = 0; index < found.Length; index++)
        {
            var slot = slots[found[index]];
            if (slot != lastSlot)
            {
                var value = Array.FindLast(rows.Tables.ResourceOf(slot).Attributes, candidate => candidate.Name == attribute && candidate.Value.Length > 0).Value;
                (lastSlot, lastText) = (slot, string.IsNullOrEmpty(value) ? -1 : NumberOf(value));
            }
            texts[index] = lastText;
        }
    }

    private int GroupOf((int Group, int Label, int Text) origin)
    {
        ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(_groups, origin, out var exists);
        if (!exists)
        {
            number = FirstOwn + _origins.Count;
            _origins.Add(origin);
        }
        return number;
    }

    private int NumberOf(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > ShortText)
        {
            return NumberOf(Encoding.UTF8.GetString(utf8));
        }
        Span<char> text = stackalloc char[ShortText];
        return NumberOf(text[..Encoding.UTF8.GetChars(utf8, text)]);
    }

    private int NumberOf(ReadOnlySpan<char> text)
    {
        var lookup = _numbers.GetAlternateLookup<ReadOnlySpan<char>>();
        if (!lookup.TryGetValue(text, out var number))
        {
            number = _texts.Count;
            _texts.Add(text.ToString());
            _numbers.Add(_texts[number], number);
        }
        return number;
    }
}
