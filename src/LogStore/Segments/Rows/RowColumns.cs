using System.Text;
using Observability.Telemetry;

namespace Observability.LogStore.Segments.Rows;

/// <summary>
/// Some rows by column, as a search reads them: the head in memory, or a block of a segment, which reads each column from the disk when it is first asked for.
/// Spans are valid until it is disposed. Not thread-safe.
/// </summary>
internal abstract class RowColumns : IDisposable
{
    public abstract int Count { get; }

    /// <summary>Blocks on disk are; the head holds rows as they came.</summary>
    public abstract bool IsSortedByTime { get; }

    public abstract RowTables Tables { get; }

    /// <summary>No row lies outside; a head may hold any time.</summary>
    public virtual (long Min, long Max) TimeBounds => (long.MinValue, long.MaxValue);

    /// <summary>Every slot that a row has, or null where nobody collected them.</summary>
    public virtual IReadOnlyList<int>? DistinctSlots => null;

    public abstract ReadOnlySpan<long> Times { get; }

    public abstract ReadOnlySpan<long> Received { get; }

    /// <summary>Severity number and what <see cref="RowFlags"/> says.</summary>
    public abstract ReadOnlySpan<byte> Flags { get; }

    /// <summary>Stream and level of each row, as <see cref="RowTables.SlotOf"/> numbers them.</summary>
    public abstract ReadOnlySpan<int> Slots { get; }

    /// <summary>UTF-8, valid.</summary>
    public abstract BytesColumn Bodies { get; }

    /// <summary>All bodies one behind the other, without their borders.</summary>
    public virtual ReadOnlySpan<byte> BodyBytes => Bodies.Bytes;

    /// <summary>Trace identity, then span identity, as far as the row has them.</summary>
    public abstract BytesColumn Identities { get; }

    /// <summary>False when no body can hold all these tokens, and texts with all these grams.</summary>
    public abstract bool MayHold(ReadOnlySpan<ulong> tokenHashes, ReadOnlySpan<uint> gramHashes);

    /// <summary>Shows the attributes that the row itself has, without those of its resource.</summary>
    public abstract void VisitAttributes(int row, IAttributeVisitor visitor);

    /// <summary>Shows one attribute of some rows, again for a row that has it twice, without those of its resource; no other attribute is read.</summary>
    /// <param name="name">Position in <see cref="RowTables.Names"/>.</param>
    /// <param name="rows">Ascending or not.</param>
    /// <param name="take">Gets a position in <paramref name="rows"/> and the text as UTF-8, valid during the call.</param>
    public abstract void ReadAttribute(int name, ReadOnlySpan<int> rows, Action<int, ReadOnlySpan<byte>> take);

    public LogRecord RecordAt(int row)
    {
        var flags = Flags[row];
        var identities = Identities[row];
        var hasTraceId = (flags & RowFlags.HasTraceId) != 0;
        return new LogRecord
        {
            TimeUnixNanoseconds = Times[row],
            ReceivedUnixNanoseconds = Received[row],
            SeverityNumber = flags & RowFlags.SeverityMask,
            Body = Encoding.UTF8.GetString(Bodies[row]),
            Stream = Tables.StreamOf(Slots[row]),
            Attributes = AttributesAt(row),
            TraceId = hasTraceId ? Convert.ToHexStringLower(identities[..RowFlags.TraceIdBytes]) : "",
            SpanId = (flags & RowFlags.HasSpanId) != 0 ? Convert.ToHexStringLower(identities[(hasTraceId ? RowFlags.TraceIdBytes : 0)..]) : "",
        };
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }

    private IReadOnlyList<Label> AttributesAt(int row)
    {
        var shared = Tables.ResourceOf(Slots[row]).Attributes;
        var collector = new LabelCollector(Tables.Names, shared);
        VisitAttributes(row, collector);
        return collector.Labels is { } labels ? labels : shared;
    }

    private sealed class LabelCollector(ReadOnlyMemory<string> names, Label[] shared) : IAttributeVisitor
    {
        /// <summary>Null as long as the row has no attribute of its own.</summary>
        public List<Label>? Labels { get; private set; }

        public void Visit(int name, ReadOnlySpan<byte> text)
        {
            Labels ??= [.. shared];
            Labels.Add(new Label(names.Span[name], Encoding.UTF8.GetString(text)));
        }
    }
}

/// <summary>Takes the attributes of a row one by one.</summary>
internal interface IAttributeVisitor
{
    /// <param name="name">Position in <see cref="RowTables.Names"/>.</param>
    /// <param name="text">UTF-8; valid during the call.</param>
    void Visit(int name, ReadOnlySpan<byte> text);
}
