using Microsoft.Win32.SafeHandles;

namespace Observability.Durability;

/// <summary>A file on a real disk. Every call names its own position, so threads share it without a lock.</summary>
internal sealed class PhysicalDiskFile(string path, SafeFileHandle handle) : IDiskFile
{
    /// <summary>Only where the system cannot reserve room: bigger needs more memory, smaller more calls.</summary>
    private const int ZeroBlockBytes = 256 * 1024;

    public string Path => path;

    public long Length => RandomAccess.GetLength(handle);

    public int Read(long position, Span<byte> buffer)
    {
        var total = 0;
        while (total < buffer.Length)
        {
            var read = RandomAccess.Read(handle, buffer[total..], position + total);
            if (read == 0)
            {
                break;
            }
            total += read;
        }
        return total;
    }

    public void Write(long position, ReadOnlySpan<byte> content)
    {
        try
        {
            RandomAccess.Write(handle, content, position);
        }
        catch (IOException exception) when (DiskFaults.IsFull(exception.HResult))
        {
            throw new DiskFullException($"no room to write {content.Length} bytes to '{path}'", exception);
        }
    }

    public void Write(long position, IReadOnlyList<ReadOnlyMemory<byte>> contents)
    {
        try
        {
            RandomAccess.Write(handle, contents, position);
        }
        catch (IOException exception) when (DiskFaults.IsFull(exception.HResult))
        {
            throw new DiskFullException($"no room to write to '{path}'", exception);
        }
    }

    public void Flush()
    {
        if (OperatingSystem.IsLinux())
        {
            NativeDisk.FlushContent(handle, path);
        }
        else
        {
            RandomAccess.FlushToDisk(handle);
        }
    }

    public void Preallocate(long length)
    {
        var present = Length;
        if (length <= present || (OperatingSystem.IsLinux() && NativeDisk.TryReserve(handle, length, path)))
        {
            return;
        }
        // Writing zeros is the only way left to know that the room is there.
        var zeros = new byte[ZeroBlockBytes];
        for (var position = present; position < length; position += zeros.Length)
        {
            Write(position, zeros.AsSpan(0, (int)Math.Min(zeros.Length, length - position)));
        }
    }

    public void SetLength(long length)
    {
        try
        {
            RandomAccess.SetLength(handle, length);
        }
        catch (IOException exception) when (DiskFaults.IsFull(exception.HResult))
        {
            throw new DiskFullException($"no room to grow '{path}' to {length} bytes", exception);
        }
    }

    public void Dispose() => handle.Dispose();
}
