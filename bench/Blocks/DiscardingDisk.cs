using Observability.Durability;

namespace Observability.Bench.Blocks;

/// <summary>A disk that takes everything and keeps nothing but the length: what a block costs is measured without the device.</summary>
internal sealed class DiscardingDisk : IDisk
{
    /// <summary>Bytes of the file that was opened last.</summary>
    public long FileBytes { get; private set; }

    public IDiskFile Open(string path, DiskOpenMode mode)
    {
        FileBytes = 0;
        return new DiscardingFile(path, this);
    }

    public bool FileExists(string path) => false;

    public void Rename(string path, string newPath)
    {
    }

    public void Delete(string path)
    {
    }

    public IReadOnlyList<string> ListFiles(string directory) => [];

    public void CreateDirectory(string directory)
    {
    }

    public void SyncDirectory(string directory)
    {
    }

    public long FreeBytes(string directory) => long.MaxValue;

    public IDisposable LockDirectory(string directory) => new DiscardingFile(directory, this);

    private sealed class DiscardingFile(string path, DiscardingDisk disk) : IDiskFile
    {
        public string Path => path;

        public long Length => disk.FileBytes;

        public int Read(long position, Span<byte> buffer) => 0;

        public void Write(long position, ReadOnlySpan<byte> content) => disk.FileBytes = Math.Max(disk.FileBytes, position + content.Length);

        public void Write(long position, IReadOnlyList<ReadOnlyMemory<byte>> contents) =>
            disk.FileBytes = Math.Max(disk.FileBytes, position + contents.Sum(static content => (long)content.Length));

        public void Flush()
        {
        }

        public void Preallocate(long length)
        {
        }

        public void SetLength(long length)
        {
        }

        public void Dispose()
        {
        }
    }
}
