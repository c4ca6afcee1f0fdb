using Observability.Durability;

namespace Observability.TestKit;

internal sealed class SimulatedDiskFile(SimulatedDisk disk, string path, SimulatedContent content) : IDiskFile
{
    private bool _isClosed;

    public string Path => path;

    public long Length
    {
        get
        {
            lock (disk.Gate)
            {
                Step();
                return content.Length;
            }
        }
    }

    public int Read(long position, Span<byte> buffer)
    {
        lock (disk.Gate)
        {
            Step();
            if (disk.Faults.FailingReads > 0)
            {
                disk.Faults.FailingReads--;
                throw new IOException($"simulated fault while reading '{path}'");
            }
            return content.Read(position, buffer);
        }
    }

    public void Write(long position, ReadOnlySpan<byte> bytes)
    {
        lock (disk.Gate)
        {
            disk.Faults.Writes++;
            var wasOn = !disk.IsOff;
            try
            {
                Step();
            }
            catch (SimulatedPowerLossException) when (wasOn)
            {
                // The power failed in the middle of this very write.
                content.Write(position, SomeOf(bytes));
                throw;
            }
            disk.RequireRoomFor(position + bytes.Length - content.Length, path);
            if (disk.Faults.FailingWrites > 0 || IsStruck())
            {
                disk.Faults.FailingWrites = Math.Max(0, disk.Faults.FailingWrites - 1);
                content.Write(position, SomeOf(bytes));
                throw new IOException($"simulated fault while writing '{path}'");
            }
            content.Write(position, bytes);
        }
    }

    public void Write(long position, IReadOnlyList<ReadOnlyMemory<byte>> contents)
    {
        var joined = new byte[contents.Sum(part => part.Length)];
        var filled = 0;
        foreach (var part in contents)
        {
            part.Span.CopyTo(joined.AsSpan(filled));
            filled += part.Length;
        }
        Write(position, joined);
    }

    public void Flush()
    {
        lock (disk.Gate)
        {
            disk.Faults.Flushes++;
            Step();
            if (disk.Faults.FailingFlushes > 0 || IsStruck())
            {
                disk.Faults.FailingFlushes = Math.Max(0, disk.Faults.FailingFlushes - 1);
                content.FailFlush(disk.Random);
                throw new IOException($"simulated fault while flushing '{path}'");
            }
            content.Flush();
        }
    }

    public void Preallocate(long length)
    {
        lock (disk.Gate)
        {
            Step();
            disk.RequireRoomFor(length - content.Length, path);
            if (length > content.Length)
            {
                content.SetLength(length);
            }
        }
    }

    public void SetLength(long length)
    {
        lock (disk.Gate)
        {
            Step();
            disk.RequireRoomFor(length - content.Length, path);
            content.SetLength(length);
        }
    }

    public void Dispose() => _isClosed = true;

    private void Step()
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        disk.Step();
    }

    private bool IsStruck() => disk.Faults.FaultProbability > 0 && disk.Random.NextDouble() < disk.Faults.FaultProbability;

    private ReadOnlySpan<byte> SomeOf(ReadOnlySpan<byte> bytes) => bytes[..disk.Random.Next(bytes.Length + 1)];
}
