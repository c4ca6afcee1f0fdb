using Observability.Durability;

namespace Observability.Bench.Durable;

/// <summary>The physical disk, counting its flushes: requests that share one are what group commit is about.</summary>
internal sealed class CountingDisk : IDisk
{
    private readonly PhysicalDisk _disk = PhysicalDisk.Instance;
    private long _flushes;

    public long Flushes => Interlocked.Read(ref _flushes);

    public IDiskFile Open(string path, DiskOpenMode mode) => new CountingFile(_disk.Open(path, mode), this);

    public bool FileExists(string path) => _disk.FileExists(path);

    public void Rename(string path, string newPath) => _disk.Rename(path, newPath);

    public void Delete(string path) => _disk.Delete(path);

    public IReadOnlyList<string> ListFiles(string directory) => _disk.ListFiles(directory);

    public void CreateDirectory(string directory) => _disk.CreateDirectory(directory);

    public void SyncDirectory(string directory) => _disk.SyncDirectory(directory);

    public long FreeBytes(string directory) => _disk.FreeBytes(directory);

    public IDisposable LockDirectory(string directory) => _disk.LockDirectory(directory);

    private sealed class CountingFile(IDiskFile file, CountingDisk disk) : IDiskFile
    {
        public string Path => file.Path;

        public long Length => file.Length;

        public int Read(long position, Span<byte> buffer) => file.Read(position, buffer);

        public void Write(long position, ReadOnlySpan<byte> content) => file.Write(position, content);

        public void Write(long position, IReadOnlyList<ReadOnlyMemory<byte>> contents) => file.Write(position, contents);

        public void Flush()
        {
            Interlocked.Increment(ref disk._flushes);
            file.Flush();
        }

        public void Preallocate(long length) => file.Preallocate(length);

        public void SetLength(long length) => file.SetLength(length);

        public void Dispose() => file.Dispose();
    }
}
