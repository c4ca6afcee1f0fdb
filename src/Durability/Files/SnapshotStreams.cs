namespace Observability.Durability;

/// <summary>Sums and writes what comes, behind the place of the header.</summary>
internal sealed class SnapshotWriteStream(IDiskFile file) : Stream
{
    /// <summary>Bigger: no faster, and on the heap of large objects; smaller: more calls.</summary>
    public const int BufferBytes = 64 * 1024;

    private readonly byte[] _buffer = new byte[BufferBytes];
    private int _buffered;
    private long _written;

    public uint Checksum { get; private set; }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _written + _buffered;

    public override long Position
    {
        get => Length;
        set => throw new NotSupportedException();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            var part = Math.Min(buffer.Length, BufferBytes - _buffered);
            buffer[..part].CopyTo(_buffer.AsSpan(_buffered));
            buffer = buffer[part..];
            _buffered += part;
            if (_buffered == BufferBytes)
            {
                Flush();
            }
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void WriteByte(byte value) => Write([value]);

    public override void Flush()
    {
        var part = _buffer.AsSpan(0, _buffered);
        file.Write(SnapshotFile.HeaderBytes + _written, part);
        Checksum = Crc32C.Append(Checksum, part);
        _written += _buffered;
        _buffered = 0;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}

/// <summary>Reads the content, buffered.</summary>
internal sealed class SnapshotReadStream(IDiskFile file, long length) : Stream
{
    private readonly byte[] _buffer = new byte[SnapshotWriteStream.BufferBytes];
    private long _position;
    private long _bufferStart;
    private int _buffered;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        if (_position == _bufferStart + _buffered && _position < length)
        {
            var part = _buffer.AsSpan(0, (int)Math.Min(_buffer.Length, length - _position));
            _bufferStart = _position;
            _buffered = file.Read(SnapshotFile.HeaderBytes + _position, part);
        }
        var skip = (int)(_position - _bufferStart);
        var given = Math.Min(buffer.Length, _buffered - skip);
        _buffer.AsSpan(skip, given).CopyTo(buffer);
        _position += given;
        return given;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
