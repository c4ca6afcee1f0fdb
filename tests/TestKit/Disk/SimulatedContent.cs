namespace Observability.TestKit;

/// <summary>
/// The bytes of one simulated file twice: as programs see them, and as they are on the device. Between the two stands what was not flushed.
/// </summary>
internal sealed class SimulatedContent
{
    /// <summary>What a device writes whole or not at all.</summary>
    private const int SectorBytes = 512;

    private readonly List<Change> _unflushed = [];
    private readonly Bytes _seen = new();
    private readonly Bytes _durable = new();

    public long Length => _seen.Length;

    public int Read(long position, Span<byte> buffer) => _seen.Read(position, buffer);

    public void Write(long position, ReadOnlySpan<byte> content)
    {
        _seen.Write(position, content);
        _unflushed.Add(new Change(position, content.ToArray()));
    }

    public void SetLength(long length)
    {
        _seen.SetLength(length);
        _unflushed.Add(new Change(length, null));
    }

    public void Flush()
    {
        foreach (var change in _unflushed)
        {
            change.ApplyTo(_durable);
        }
        _unflushed.Clear();
    }

    /// <summary>Some sectors reach the device; the others are forgotten, though programs go on seeing them, and a later flush does not bring them.</summary>
    public void FailFlush(Random random)
    {
        ApplySomeSectors(_durable, random);
        _unflushed.Clear();
    }

    /// <summary>What a machine finds that starts again after the power was lost now.</summary>
    public SimulatedContent AfterPowerLoss(Random random)
    {
        ApplySomeSectors(_durable, random);
        var left = new SimulatedContent();
        _durable.CopyTo(left._durable);
        _durable.CopyTo(left._seen);
        return left;
    }

    public void FlipBit(long position, int bit)
    {
        _seen.FlipBit(position, bit);
        _durable.FlipBit(position, bit);
    }

    /// <summary>All, none or any part of what waits, in any order: a device and its cache promise nothing else before a flush.</summary>
    private void ApplySomeSectors(Bytes target, Random random)
    {
        var kept = random.Next(5) / 4.0;
        foreach (var change in _unflushed)
        {
            foreach (var part in change.Sectors(SectorBytes))
            {
                if (random.NextDouble() < kept)
                {
                    part.ApplyTo(target);
                }
            }
        }
    }

    /// <param name="Position">Where the content goes; without content, the new length.</param>
    /// <param name="Content">Null for a change of the length.</param>
    private readonly record struct Change(long Position, byte[]? Content)
    {
        public void ApplyTo(Bytes target)
        {
            if (Content is null)
            {
                target.SetLength(Position);
            }
            else
            {
                target.Write(Position, Content);
            }
        }

        public IEnumerable<Change> Sectors(int sectorBytes)
        {
            if (Content is null)
            {
                yield return this;
                yield break;
            }
            for (var start = 0; start < Content.Length;)
            {
                var untilBoundary = sectorBytes - (int)((Position + start) % sectorBytes);
                var bytes = Math.Min(untilBoundary, Content.Length - start);
                yield return new Change(Position + start, Content[start..(start + bytes)]);
                start += bytes;
            }
        }
    }

    private sealed class Bytes
    {
        private byte[] _bytes = [];

        public long Length { get; private set; }

        public int Read(long position, Span<byte> buffer)
        {
            if (position >= Length)
            {
                return 0;
            }
            var part = _bytes.AsSpan((int)position, (int)Math.Min(buffer.Length, Length - position));
            part.CopyTo(buffer);
            return part.Length;
        }

        public void Write(long position, ReadOnlySpan<byte> content)
        {
            if (position + content.Length > Length)
            {
                SetLength(position + content.Length);
            }
            content.CopyTo(_bytes.AsSpan((int)position));
        }

        public void SetLength(long length)
        {
            if (length > _bytes.Length)
            {
                Array.Resize(ref _bytes, (int)Math.Max(length, 2L * _bytes.Length));
            }
            if (length < Length)
            {
                _bytes.AsSpan((int)length, (int)(Length - length)).Clear();
            }
            Length = length;
        }

        public void CopyTo(Bytes target)
        {
            target._bytes = _bytes.AsSpan(0, (int)Length).ToArray();
            target.Length = Length;
        }

        public void FlipBit(long position, int bit)
        {
            if (position < Length)
            {
                _bytes[position] ^= (byte)(1 << bit);
            }
        }
    }
}
