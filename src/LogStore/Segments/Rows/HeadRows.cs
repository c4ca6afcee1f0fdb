using System.Text;
using System.Text.Unicode;
using Observability.Telemetry;

namespace Observability.LogStore.Segments.Rows;

/// <summary>
/// Rows that are in no segment yet, by column in the order of receipt. One writer at a time; readers take a <see cref="Snapshot"/> under the writer's lock
/// and read it without.
/// </summary>
internal sealed class HeadRows : IAttributeVisitor
{
    private readonly Dictionary<RowResource, int> _resourcePositions = [];
    private readonly Dictionary<string, int> _namePositions = new(StringComparer.Ordinal);
    private readonly byte[] _number = new byte[NumberText.MaximalBytes];
    private GrowingArray<RowResource> _resourceTable = new();
    private GrowingArray<string> _names = new();
    private GrowingArray<long> _times = new();
    private GrowingArray<long> _received = new();
    private GrowingArray<byte> _flags = new();
    private GrowingArray<int> _slots = new();
    private GrowingArray<int> _nameCounts = new();
    private BytesColumnBuilder _bodies = new();
    private BytesColumnBuilder _attributes = new();
    private BytesColumnBuilder _identities = new();

    private int[] _mergedNames = [];
    private RowTables? _mergedTables;

    public HeadRows()
    {
    }

    /// <summary>Rows of tables that exist: positions stay what they are.</summary>
    public HeadRows(RowTables tables)
    {
        foreach (var resource in tables.Resources.Span)
        {
            // Two may be equal, after a deletion has emptied them: each keeps its position.
            _resourcePositions.TryAdd(resource, _resourceTable.Count);
            _resourceTable.Add(resource);
        }
        foreach (var name in tables.Names.Span)
        {
            PositionOf(name);
        }
    }

    public int Count => _times.Count;

    /// <summary>How often each attribute name occurs. Only for whoever writes rows that no longer change.</summary>
    public ReadOnlySpan<int> NameCounts => _nameCounts.Written;

    /// <summary>What the rows hold, without the spare room of arrays: 21 fixed bytes a row, three ends, and what varies.</summary>
    public long Bytes => (Count * (21L + 12)) + _bodies.ByteCount + _attributes.ByteCount + _identities.ByteCount;

    /// <summary>
    /// Forgets all rows and keeps the room they took: fresh memory costs more than what is written to it. Only when nobody reads a snapshot any more.
    /// </summary>
    public void Recycle()
    {
        _resourcePositions.Clear();
        _resourcePositions.TrimExcess();
        _namePositions.Clear();
        _namePositions.TrimExcess();
        // Not recycled: their arrays would keep texts of the rows that are gone.
        _resourceTable = new();
        _names = new();
        _mergedTables = null;
        _times.Recycle();
        _received.Recycle();
        _flags.Recycle();
        _slots.Recycle();
        _nameCounts.Recycle();
        _bodies.Recycle();
        _attributes.Recycle();
        _identities.Recycle();
    }

    /// <summary>Adds the log rows of a frame.</summary>
    /// <returns>Null, or what is wrong with the first row that cannot be read; the rows before it are added.</returns>
    public (int Row, string Reason)? Add(TelemetryFrame frame)
    {
        var resources = new int[frame.Resources.Count];
        var names = new int[frame.TextCount];
        names.AsSpan().Fill(-1);
        var added = 0;
        try
        {
            for (var i = 0; i < resources.Length; i++)
            {
                resources[i] = PositionOf(ResourceOf(frame, frame.Resources[i]));
            }
            for (var rows = frame.ReadLogs(); rows.MoveNext(); added++)
            {
                AddAttributes(frame, ref rows, names);
                AddFixed(rows.TimeUnixNanoseconds, frame.Header.ReceivedUnixNanoseconds, rows.SeverityNumber, RowTables.SlotOf(resources[rows.Resource], rows.SeverityNumber));
                AddBody(rows.Body);
                AddIdentities(rows.TraceId, rows.SpanId);
            }
            return null;
        }
        catch (FrameFormatException exception)
        {
            // Attributes are the only part of a row that is written before the row is known to be whole.
            _attributes.DropOpenValue();
            return (added, exception.Message);
        }
    }

    /// <summary>What <see cref="Add(TelemetryFrame)"/> would answer, without adding anything.</summary>
    public static (int Row, string Reason)? FirstFault(TelemetryFrame frame)
    {
        var read = 0;
        try
        {
            for (var rows = frame.ReadLogs(); rows.MoveNext(); read++)
            {
                while (rows.MoveNextAttribute())
                {
                }
            }
            return null;
        }
        catch (FrameFormatException exception)
        {
            return (read, exception.Message);
        }
    }

    /// <summary>Adds rows of others, for merging and rewriting.</summary>
    public void Add(RowColumns source, ReadOnlySpan<int> rows)
    {
        var names = new int[source.Tables.Names.Length];
        for (var i = 0; i < names.Length; i++)
        {
            names[i] = -1;
        }
        var resources = new Dictionary<int, int>();
        foreach (var row in rows)
        {
            _mergedNames = names;
            _mergedTables = source.Tables;
            source.VisitAttributes(row, this);
            EndAttributes();
            _times.Add(source.Times[row]);
            _received.Add(source.Received[row]);
            _flags.Add(source.Flags[row]);
            var resource = source.Slots[row] / Levels.Count;
            if (!resources.TryGetValue(resource, out var position))
            {
                resources.Add(resource, position = PositionOf(source.Tables.Resources.Span[resource]));
            }
            _slots.Add((position * Levels.Count) + (source.Slots[row] % Levels.Count));
            _bodies.Append(source.Bodies[row]);
            _bodies.EndValue();
            _identities.Append(source.Identities[row]);
            _identities.EndValue();
        }
    }

    void IAttributeVisitor.Visit(int name, ReadOnlySpan<byte> text)
    {
        ref var position = ref _mergedNames[name];
        if (position < 0)
        {
            position = PositionOf(_mergedTables!.Names.Span[name]);
        }
        AppendAttribute(position, text);
    }

    public HeadSnapshot Snapshot() => new(
        new RowTables(_resourceTable.Items.AsMemory(0, _resourceTable.Count), _names.Items.AsMemory(0, _names.Count)),
        Count, _times.Items, _received.Items, _flags.Items, _slots.Items, _bodies.Taken(), _attributes.Taken(), _identities.Taken());

    private void AddFixed(long time, long received, int severityNumber, int slot)
    {
        _times.Add(time);
        _received.Add(received);
        _flags.Add((byte)severityNumber);
        _slots.Add(slot);
    }

    private void AddBody(ReadOnlySpan<byte> body)
    {
        // Line filters compare bytes; only for valid UTF-8 is that the same as comparing the text that a reader gets.
        _bodies.Append(Utf8.IsValid(body) ? body : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(body)));
        _bodies.EndValue();
    }

    private void AddIdentities(ReadOnlySpan<byte> traceId, ReadOnlySpan<byte> spanId)
    {
        var flags = (traceId.IsEmpty ? 0 : RowFlags.HasTraceId) | (spanId.IsEmpty ? 0 : RowFlags.HasSpanId);
        _flags.Items[_flags.Count - 1] |= (byte)flags;
        _identities.Append(traceId);
        _identities.Append(spanId);
        _identities.EndValue();
    }

    private void AddAttributes(TelemetryFrame frame, ref LogRowReader rows, int[] names)
    {
        while (rows.MoveNextAttribute())
        {
            ref var name = ref names[rows.AttributeName];
            if (name < 0)
            {
                name = PositionOf(frame.Text(rows.AttributeName));
            }
            AppendAttribute(name, TextOf(in rows));
        }
        EndAttributes();
    }

    private void AppendAttribute(int name, ReadOnlySpan<byte> text)
    {
        _nameCounts.Items[name]++;
        RowAttributes.Append(ref _attributes, name, text);
    }

    private void EndAttributes()
    {
        RowAttributes.AppendEnd(ref _attributes);
        _attributes.EndValue();
    }

    private ReadOnlySpan<byte> TextOf(in LogRowReader rows)
    {
        Span<byte> buffer = _number;
        switch (rows.AttributeType)
        {
            case AttributeType.Integer:
                return buffer[..NumberText.Write(rows.AttributeInteger, buffer)];
            case AttributeType.Double:
                return buffer[..NumberText.Write(rows.AttributeDouble, buffer)];
            case AttributeType.Boolean:
                return rows.AttributeInteger != 0 ? "true"u8 : "false"u8;
            default:
                return rows.AttributeText;
        }
    }

    private static RowResource ResourceOf(TelemetryFrame frame, FrameResource resource) => new(
        LabelSet.Of(resource.StreamLabels.Select(pair => new Label(frame.Text(pair.Name), frame.Text(pair.Value)))).Without(LabelNames.Level),
        [.. resource.Attributes.Select(pair => new Label(frame.Text(pair.Name), frame.Text(pair.Value)))]);

    private int PositionOf(RowResource resource)
    {
        if (!_resourcePositions.TryGetValue(resource, out var position))
        {
            _resourcePositions.Add(resource, position = _resourceTable.Count);
            _resourceTable.Add(resource);
        }
        return position;
    }

    private int PositionOf(string name)
    {
        if (!_namePositions.TryGetValue(name, out var position))
        {
            _namePositions.Add(name, position = _names.Count);
            _names.Add(name);
            _nameCounts.Add(0);
        }
        return position;
    }
}

/// <summary>The rows that a head had at one moment.</summary>
internal sealed class HeadSnapshot(
    RowTables tables, int count, long[] times, long[] received, byte[] flags, int[] slots,
    (int[] Ends, byte[] Bytes) bodies, (int[] Ends, byte[] Bytes) attributes, (int[] Ends, byte[] Bytes) identities) : RowColumns
{
    public override int Count => count;

    public override bool IsSortedByTime => false;

    public override RowTables Tables => tables;

    public override ReadOnlySpan<long> Times => times.AsSpan(0, count);

    public override ReadOnlySpan<long> Received => received.AsSpan(0, count);

    public override ReadOnlySpan<byte> Flags => flags.AsSpan(0, count);

    public override ReadOnlySpan<int> Slots => slots.AsSpan(0, count);

    public override BytesColumn Bodies => Column(bodies);

    /// <summary>Per row what <see cref="RowAttributes"/> writes.</summary>
    public BytesColumn Attributes => Column(attributes);

    public override BytesColumn Identities => Column(identities);

    public override bool MayHold(ReadOnlySpan<ulong> tokenHashes, ReadOnlySpan<uint> gramHashes) => true;

    public override void VisitAttributes(int row, IAttributeVisitor visitor) => RowAttributes.Visit(Attributes[row], visitor);

    public override void ReadAttribute(int name, ReadOnlySpan<int> rows, Action<int, ReadOnlySpan<byte>> take) => RowAttributes.Read(Attributes, name, rows, take);

    private BytesColumn Column((int[] Ends, byte[] Bytes) column) =>
        new(column.Ends.AsSpan(0, count), column.Bytes.AsSpan(0, count == 0 ? 0 : column.Ends[count - 1]));
}
