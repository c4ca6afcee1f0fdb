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

    public abstract ReadOnlySpan<long> Times { get; }

    public abstract ReadOnlySpan<long> Received { get; }

    /// <summary>Severity number and what <see cref="RowFlags"/> says.</summary>
    public abstract ReadOnlySpan<byte> Flags { get; }

    /// <summary>Positions in <see cref="RowTables.Resources"/>.</summary>
    public abstract ReadOnlySpan<int> Resources { get; }

    /// <summary>UTF-8, valid.</summary>
    public abstract BytesColumn Bodies { get; }

    /// <summary>Per row: count, then name position, length and text of each.</summary>
    public abstract BytesColumn Attributes { get; }

    /// <summary>Trace identity, then span identity, as far as the row has them.</summary>
    public abstract BytesColumn Identities { get; }

    /// <summary>False when no body can hold all these tokens.</summary>
    public abstract bool MayHold(ReadOnlySpan<ulong> tokenHashes);

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
            Stream = Tables.StreamOf(RowTables.SlotOf(Resources[row], flags)),
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

    private Label[] AttributesAt(int row)
    {
        var shared = Tables.Resources.Span[Resources[row]].Attributes;
        var bytes = Attributes[row];
        var offset = 0;
        var own = (int)Varint.Read(bytes, ref offset);
        if (own == 0)
        {
            return shared;
        }
        var attributes = new Label[shared.Length + own];
        shared.CopyTo(attributes, 0);
        for (var i = shared.Length; i < attributes.Length; i++)
        {
            var name = Tables.Names.Span[(int)Varint.Read(bytes, ref offset)];
            attributes[i] = new Label(name, Encoding.UTF8.GetString(Varint.ReadText(bytes, ref offset)));
        }
        return attributes;
    }
}
