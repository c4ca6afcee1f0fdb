using System.Runtime.InteropServices;

namespace Observability.Durability;

/// <summary>
/// What one write puts behind the last one: headers and small contents copied into chunks of our own, large contents where the callers have them.
/// </summary>
internal sealed class BatchBuffer
{
    /// <summary>
    /// A copy of this size costs less than another entry in a gathered write (about 0.5 us); above, copying doubles the memory traffic for nothing.
    /// </summary>
    private const int CopyBelowBytes = 8 * 1024;

    private const int ChunkBytes = 64 * 1024;

    /// <summary>Chunks kept between batches. A group of many small records may need more for once.</summary>
    private const int ChunksKept = 16;

    private static readonly byte[] s_zeros = new byte[RecordFormat.Alignment];

    private readonly List<byte[]> _chunks = [new byte[ChunkBytes]];
    private readonly List<ReadOnlyMemory<byte>> _slices = [];
    private int _chunk;
    private int _written;
    private int _sliceStart;

    public long Bytes { get; private set; }

    /// <summary>Parts of the write, in order. Call once per batch, after the last record.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Finish()
    {
        CloseSlice();
        return _slices;
    }

    public void Add(in RecordHeader header, LogSegment segment, ReadOnlyMemory<byte> content, uint contentChecksum)
    {
        var padding = (int)(RecordFormat.StoredBytes(content.Length) - RecordFormat.HeaderBytes - content.Length);
        RecordFormat.WriteHeader(Room(RecordFormat.HeaderBytes), header, segment, contentChecksum);
        if (content.Length < CopyBelowBytes)
        {
            content.Span.CopyTo(Room(content.Length));
        }
        else
        {
            CloseSlice();
            _slices.Add(content);
        }
        s_zeros.AsSpan(0, padding).CopyTo(Room(padding));
        Bytes += RecordFormat.StoredBytes(content.Length);
    }

    public void Clear()
    {
        _slices.Clear();
        _chunk = 0;
        _written = 0;
        _sliceStart = 0;
        Bytes = 0;
        if (_chunks.Count > ChunksKept)
        {
            CollectionsMarshal.SetCount(_chunks, ChunksKept);
        }
    }

    private Span<byte> Room(int bytes)
    {
        if (_written + bytes > ChunkBytes)
        {
            CloseSlice();
            _chunk++;
            if (_chunk == _chunks.Count)
            {
                _chunks.Add(new byte[ChunkBytes]);
            }
            _written = 0;
            _sliceStart = 0;
        }
        var room = _chunks[_chunk].AsSpan(_written, bytes);
        _written += bytes;
        return room;
    }

    private void CloseSlice()
    {
        if (_written > _sliceStart)
        {
            _slices.Add(_chunks[_chunk].AsMemory(_sliceStart, _written - _sliceStart));
            _sliceStart = _written;
        }
    }
}
