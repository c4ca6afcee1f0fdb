using Observability.Telemetry;

namespace Observability.MetricStore.Blocks;

/// <summary>Samples that somebody wanted gone: those of the series that satisfy every matcher, in [from, until], as far as they were there when it was asked.</summary>
/// <param name="Sequence">The record of the journal that asked for it; 0 when that was an earlier journal.</param>
/// <param name="Matchers">All must match; never empty.</param>
/// <param name="FromMilliseconds">Inclusive.</param>
/// <param name="UntilMilliseconds">Inclusive.</param>
public sealed record SeriesDeletion(ulong Sequence, IReadOnlyList<LabelMatcher> Matchers, long FromMilliseconds, long UntilMilliseconds)
{
    public bool Concerns(LabelSet labels)
    {
        foreach (var matcher in Matchers)
        {
            if (!matcher.Matches(labels))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>Everything but the sequence: from (8), until (8), count of matchers (LEB128), each: name, operator (1 byte), value.</summary>
    public void WriteTo(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(FromMilliseconds);
        writer.Write(UntilMilliseconds);
        writer.Write7BitEncodedInt(Matchers.Count);
        foreach (var matcher in Matchers)
        {
            writer.Write(matcher.Name);
            writer.Write((byte)matcher.Operator);
            writer.Write(matcher.Value);
        }
    }

    /// <summary>Reads what <see cref="WriteTo"/> wrote.</summary>
    public static SeriesDeletion Read(BinaryReader reader, ulong sequence)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var (from, until) = (reader.ReadInt64(), reader.ReadInt64());
        var matchers = new LabelMatcher[reader.Read7BitEncodedInt()];
        for (var at = 0; at < matchers.Length; at++)
        {
            matchers[at] = new LabelMatcher(reader.ReadString(), (MatchOperator)reader.ReadByte(), reader.ReadString());
        }
        return new SeriesDeletion(sequence, matchers, from, until);
    }

    /// <summary>The block may hold samples that this deletes and its content does not yet say so.</summary>
    internal bool IsOpenFor(BlockHeader block, ulong journalIncarnation) =>
        (Sequence > block.DeletedThrough || block.DeletedIncarnation != journalIncarnation) && FromMilliseconds <= block.LastMilliseconds && UntilMilliseconds >= block.FirstMilliseconds;
}
