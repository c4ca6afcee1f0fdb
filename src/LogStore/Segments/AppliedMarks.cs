using Observability.LogStore.Segments.Rows;
using Observability.Telemetry;

namespace Observability.LogStore.Segments;

/// <summary>
/// Which frames are stored: per incarnation, ranges of sequences. A sender that passes every frame in order needs one range; frames out of order open
/// another until the gap closes.
/// </summary>
internal sealed class AppliedMarks
{
    /// <summary>
    /// An incarnation is a spool directory, new after each restore: a thousand of them are years. The one that was silent longest is forgotten first; its
    /// spool is gone by then.
    /// </summary>
    public const int MaximalIncarnations = 1024;

    /// <summary>Gaps that may be open at once. A sender that leaves frames out would grow the marks for ever; 16 bytes each, written with each flush.</summary>
    public const int MaximalRanges = 65_536;

    private readonly List<Entry> _entries = [];

    public bool Contains(FrameName name) => Find(name.Incarnation) is { } entry && entry.Contains(name.Sequence);

    /// <returns>False when it was there already.</returns>
    /// <exception cref="InvalidOperationException">The sender leaves out frames: too many gaps.</exception>
    public bool Add(FrameName name)
    {
        var entry = Find(name.Incarnation);
        if (entry is null)
        {
            if (_entries.Count == MaximalIncarnations)
            {
                _entries.RemoveAt(0);
            }
            _entries.Add(entry = new Entry(name.Incarnation, []));
        }
        else if (!ReferenceEquals(_entries[^1], entry))
        {
            _entries.Remove(entry);
            _entries.Add(entry);
        }
        return entry.Add(name.Sequence);
    }

    public AppliedMarks Clone()
    {
        var copy = new AppliedMarks();
        copy._entries.AddRange(_entries.Select(entry => new Entry(entry.Incarnation, [.. entry.Ranges])));
        return copy;
    }

    /// <summary>Count of incarnations; each: incarnation, count of ranges, then first and length less one of each range, all as varints.</summary>
    public void WriteTo(ref GrowingArray<byte> target)
    {
        Varint.Write(ref target, (ulong)_entries.Count);
        foreach (var entry in _entries)
        {
            Varint.Write(ref target, entry.Incarnation);
            Varint.Write(ref target, (ulong)entry.Ranges.Count);
            foreach (var (first, last) in entry.Ranges)
            {
                Varint.Write(ref target, first);
                Varint.Write(ref target, last - first);
            }
        }
    }

    public static AppliedMarks Read(ReadOnlySpan<byte> bytes)
    {
        var marks = new AppliedMarks();
        var offset = 0;
        for (var left = Varint.Read(bytes, ref offset); left > 0; left--)
        {
            var entry = new Entry(Varint.Read(bytes, ref offset), []);
            for (var ranges = Varint.Read(bytes, ref offset); ranges > 0; ranges--)
            {
                var first = Varint.Read(bytes, ref offset);
                entry.Ranges.Add((first, first + Varint.Read(bytes, ref offset)));
            }
            marks._entries.Add(entry);
        }
        return marks;
    }

    private Entry? Find(ulong incarnation)
    {
        // The newest stands last, and nearly always it is the one.
        for (var i = _entries.Count - 1; i >= 0; i--)
        {
            if (_entries[i].Incarnation == incarnation)
            {
                return _entries[i];
            }
        }
        return null;
    }

    private sealed record Entry(ulong Incarnation, List<(ulong First, ulong Last)> Ranges)
    {
        public bool Contains(ulong sequence) => PositionBefore(sequence) is >= 0 and var position && sequence <= Ranges[position].Last;

        public bool Add(ulong sequence)
        {
            var position = PositionBefore(sequence);
            if (position >= 0 && sequence <= Ranges[position].Last)
            {
                return false;
            }
            var joinsBefore = position >= 0 && Ranges[position].Last + 1 == sequence;
            var joinsAfter = position + 1 < Ranges.Count && Ranges[position + 1].First == sequence + 1;
            if (joinsBefore)
            {
                Ranges[position] = (Ranges[position].First, joinsAfter ? Ranges[position + 1].Last : sequence);
                if (joinsAfter)
                {
                    Ranges.RemoveAt(position + 1);
                }
            }
            else if (joinsAfter)
            {
                Ranges[position + 1] = (sequence, Ranges[position + 1].Last);
            }
            else
            {
                Insert(position + 1, sequence);
            }
            return true;
        }

        private void Insert(int position, ulong sequence)
        {
            if (Ranges.Count == MaximalRanges)
            {
                throw new InvalidOperationException(
                    $"frames of {Incarnation:x16} leave more than {MaximalRanges} gaps: the sender must pass every frame, those without log rows too");
            }
            Ranges.Insert(position, (sequence, sequence));
        }

        /// <summary>The last range that begins at or before <paramref name="sequence"/>, or -1.</summary>
        private int PositionBefore(ulong sequence)
        {
            var (low, high) = (0, Ranges.Count - 1);
            while (low <= high)
            {
                var middle = (low + high) / 2;
                if (Ranges[middle].First <= sequence)
                {
                    low = middle + 1;
                }
                else
                {
                    high = middle - 1;
                }
            }
            return high;
        }
    }
}
