using System.Buffers.Binary;
using Microsoft.Extensions.Logging;
using Observability.MetricStore.BlockIndexes;
using Observability.Durability;
using Observability.MetricStore.Chunks;

namespace Observability.MetricStore.Blocks;

/// <summary>
/// One block file, open for reading by any number of threads. Whoever reads holds it (<see cref="TryHold"/>, <see cref="Release"/>); a block that was replaced
/// is closed and deleted when the last one lets it go.
/// </summary>
internal sealed class Block
{
    private readonly IDisk _disk;
    private readonly IDiskFile _file;
    private readonly BlockIndexCache _indexes;
    private readonly ILogger _logger;
    private readonly HashSet<long> _damaged = [];
    private int _holders = 1;
    private volatile bool _deletesFile;

    private Block(IDisk disk, IDiskFile file, BlockHeader header, BlockIndexCache indexes, ILogger logger)
    {
        (_disk, _file, Header, _indexes, _logger) = (disk, file, header, indexes, logger);
    }

    public BlockHeader Header { get; }

    public string Path => _file.Path;

    public long Bytes => Header.IndexPosition + Header.IndexLength;

    /// <summary>Chunks whose bytes are not those that were written, as far as somebody has read them.</summary>
    public int DamagedChunks
    {
        get
        {
            lock (_damaged)
            {
                return _damaged.Count;
            }
        }
    }

    /// <summary>Opens a block and checks its header; null with the reason when it is not one. The index is checked when it is first read.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    public static Block? TryOpen(IDisk disk, string path, BlockIndexCache indexes, ILogger logger, out string reason)
    {
        var file = disk.Open(path, DiskOpenMode.Existing);
        var bytes = new byte[BlockHeader.Bytes];
        file.Read(0, bytes);
        var header = BlockHeader.Read(bytes);
        reason = header is null ? "its header is damaged or of a newer version"
            : file.Length < header.IndexPosition + header.IndexLength ? $"it has {file.Length} bytes and should have {header.IndexPosition + header.IndexLength}"
            : "";
        var block = header is null ? null : new Block(disk, file, header, indexes, logger);
        if (reason.Length == 0 && block!.ReadIndex() is null)
        {
            reason = "its index is damaged";
        }
        if (reason.Length == 0)
        {
            return block;
        }
        file.Dispose();
        return null;
    }

    public bool Overlaps(long after, long until) => Header.FirstMilliseconds <= until && Header.LastMilliseconds > after;

    /// <summary>False when it is gone already; the caller then looks at the present list of blocks.</summary>
    public bool TryHold()
    {
        for (var holders = Volatile.Read(ref _holders); holders > 0;)
        {
            var seen = Interlocked.CompareExchange(ref _holders, holders + 1, holders);
            if (seen == holders)
            {
                return true;
            }
            holders = seen;
        }
        return false;
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
        {
            _indexes.Forget(this);
            _file.Dispose();
            if (_deletesFile)
            {
                _disk.Delete(_file.Path);
            }
        }
    }

    /// <summary>Lets go what opening held; the file is deleted when nobody reads it any more. A crash before that leaves it to the next start.</summary>
    public void Retire()
    {
        _deletesFile = true;
        Release();
    }

    public BlockIndex Index => _indexes.Get(this);

    /// <summary>Null when the bytes are not those that were written.</summary>
    internal BlockIndex? ReadIndex()
    {
        var bytes = new byte[Header.IndexLength];
        return _file.Read(Header.IndexPosition, bytes) == bytes.Length && Crc32C.Compute(bytes) == Header.IndexChecksum ? new BlockIndex(bytes) : null;
    }

    /// <summary>Adds the samples of a series in (after, until], which are later than what the columns hold. Damaged chunks are left out.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    public void Read(BlockIndex index, int series, long after, long until, BlockReadBuffer buffer, SampleColumns target)
    {
        var position = index.Chunks(series, after, until, buffer.Chunks);
        var length = buffer.Chunks.Sum(static chunk => chunk.Bytes + sizeof(uint));
        if (length == 0)
        {
            return;
        }
        // Behind the last chunk lie zeros for the decoder, or what was read before; it looks at them but does not use them.
        var bytes = buffer.Bytes(length + SampleChunk.PaddingBytes);
        var read = _file.Read(position, bytes[..length]);
        var at = 0;
        foreach (var chunk in buffer.Chunks)
        {
            var packed = bytes.Slice(at, chunk.Bytes);
            if (at + chunk.Bytes + sizeof(uint) <= read && BinaryPrimitives.ReadUInt32LittleEndian(bytes[(at + chunk.Bytes)..]) == Crc32C.Compute(packed))
            {
                target.Add(bytes[at..], chunk.Count, after, until);
            }
            else
            {
                SetAside(index, series, chunk, position + at);
            }
            at += chunk.Bytes + sizeof(uint);
        }
    }

    /// <summary>Told once; every reader leaves the chunk out.</summary>
    private void SetAside(BlockIndex index, int series, in ChunkPlace chunk, long position)
    {
        lock (_damaged)
        {
            if (!_damaged.Add(position))
            {
                return;
            }
        }
        Log.ChunkDamaged(_logger, chunk.Count, index.Labels(series).ToString(), Path, position);
    }
}

/// <summary>What reading needs again and again; one for each reader.</summary>
internal sealed class BlockReadBuffer
{
    private byte[] _bytes = new byte[4096];

    public List<ChunkPlace> Chunks { get; } = [];

    public Span<byte> Bytes(int length)
    {
        if (_bytes.Length < length)
        {
            _bytes = new byte[Math.Max(length, _bytes.Length * 2)];
        }
        return _bytes.AsSpan(0, length);
    }
}
