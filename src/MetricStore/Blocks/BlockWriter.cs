using Observability.MetricStore.BlockIndexes;
using Observability.Durability;
using Observability.MetricStore.Chunks;
using Observability.Telemetry;

namespace Observability.MetricStore.Blocks;

/// <summary>
/// Writes one block file: header, packed chunks (each followed by its CRC-32C), index (<see cref="BlockIndexWriter"/>). Under an unfinished name until everything is on the device, so
/// a file with the final name is whole.
/// </summary>
internal sealed class BlockWriter : IDisposable
{
    public const string UnfinishedSuffix = ".unfinished";

    /// <summary>Bigger: no faster; smaller: more calls.</summary>
    private const int BufferBytes = 256 * 1024;

    private readonly IDisk _disk;
    private readonly string _directory;
    private readonly string _path;
    private readonly IDiskFile _file;
    private readonly ByteList _buffer = new();
    private readonly BlockIndexWriter _index = new();
    private readonly List<ChunkPlace> _places = [];
    private BlockHeader _header;
    private long _position = BlockHeader.Bytes;
    private bool _isFinished;

    /// <param name="disk">Where.</param>
    /// <param name="directory">An existing directory.</param>
    /// <param name="header">What is known of the block before its content is.</param>
    public BlockWriter(IDisk disk, string directory, BlockHeader header)
    {
        (_disk, _directory, _header) = (disk, directory, header);
        _path = Path.Combine(directory, header.FileName + UnfinishedSuffix);
        _file = disk.Open(_path, DiskOpenMode.ExistingOrNew);
        _file.SetLength(0);
    }

    /// <summary>Adds a series; they come in the order of <see cref="SeriesOrder"/>, each once, with at least one sample.</summary>
    public void Add(LabelSet labels, SampleColumns samples)
    {
        _places.Clear();
        var start = _position + _buffer.Length;
        for (var at = 0; at < samples.Count; at += SampleChunk.MaximumSamples)
        {
            var count = Math.Min(SampleChunk.MaximumSamples, samples.Count - at);
            var chunk = default(ChunkEncoder).Pack(samples.Timestamps.Slice(at, count), samples.Values.Slice(at, count));
            var packed = chunk.Packed;
            _places.Add(new ChunkPlace(chunk.First, chunk.Last, count, packed.Length));
            _buffer.Write(packed);
            _buffer.WriteUInt32(Crc32C.Compute(packed));
        }
        _index.Add(labels, start, _places);
        _header = _header with
        {
            FirstMilliseconds = Math.Min(_header.FirstMilliseconds, samples.Timestamps[0]),
            LastMilliseconds = Math.Max(_header.LastMilliseconds, samples.Timestamps[^1]),
            SeriesCount = _header.SeriesCount + 1,
            SampleCount = _header.SampleCount + samples.Count,
        };
        if (_buffer.Length >= BufferBytes)
        {
            WriteBuffer();
        }
    }

    /// <summary>The stamps of a block without samples, which otherwise come from the samples.</summary>
    public void Cover(long firstMilliseconds, long lastMilliseconds) => _header = _header with { FirstMilliseconds = firstMilliseconds, LastMilliseconds = lastMilliseconds };

    /// <summary>Completes the file; it is on the device under its name when this returns.</summary>
    /// <exception cref="IOException">The disk failed or is full; then there is no such block.</exception>
    public BlockHeader Finish()
    {
        WriteBuffer();
        var index = _index.Finish();
        _header = _header with { IndexPosition = _position, IndexLength = index.Length, IndexChecksum = Crc32C.Compute(index) };
        _file.Write(_position, index);
        Span<byte> header = stackalloc byte[BlockHeader.Bytes];
        _header.Write(header);
        _file.Write(0, header);
        _file.Flush();
        _file.Dispose();
        _disk.Rename(_path, Path.Combine(_directory, _header.FileName));
        _disk.SyncDirectory(_directory);
        _isFinished = true;
        return _header;
    }

    public void Dispose()
    {
        if (!_isFinished)
        {
            _file.Dispose();
            _disk.Delete(_path);
        }
    }

    private void WriteBuffer()
    {
        _file.Write(_position, _buffer.Written);
        _position += _buffer.Length;
        _buffer.Clear();
    }
}

/// <summary>One chunk of a series; in the file they lie behind each other, each followed by its checksum.</summary>
internal readonly record struct ChunkPlace(long First, long Last, int Count, int Bytes);

/// <summary>The order of series in a block: label by label, names and values as UTF-16 units.</summary>
internal sealed class SeriesOrder : IComparer<LabelSet>
{
    public static readonly SeriesOrder Instance = new();

    public int Compare(LabelSet? x, LabelSet? y)
    {
        var left = x!.AsSpan();
        var right = y!.AsSpan();
        for (var i = 0; i < left.Length && i < right.Length; i++)
        {
            var order = string.CompareOrdinal(left[i].Name, right[i].Name);
            order = order != 0 ? order : string.CompareOrdinal(left[i].Value, right[i].Value);
            if (order != 0)
            {
                return order;
            }
        }
        return left.Length - right.Length;
    }
}
