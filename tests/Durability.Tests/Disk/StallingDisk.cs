using Observability.TestKit;

namespace Observability.Durability.Tests.Disk;

/// <summary>A disk whose first flush does not return before it is told to.</summary>
internal sealed class StallingDisk : IDisk, IDisposable
{
    private readonly SimulatedDisk _disk = new(seed: 1);
    private readonly ManualResetEventSlim _isStalled = new();
    private readonly ManualResetEventSlim _mayGoOn = new();

    public void WaitUntilStalled() => _isStalled.Wait(TestContext.Current.CancellationToken);

    public void GoOn() => _mayGoOn.Set();

    public IDiskFile Open(string path, DiskOpenMode mode) => new StallingFile(this, _disk.Open(path, mode));

    public bool FileExists(string path) => _disk.FileExists(path);

    public void Rename(string path, string newPath) => _disk.Rename(path, newPath);

    public void Delete(string path) => _disk.Delete(path);

    public IReadOnlyList<string> ListFiles(string directory) => _disk.ListFiles(directory);

    public void CreateDirectory(string directory) => _disk.CreateDirectory(directory);

    public void SyncDirectory(string directory) => _disk.SyncDirectory(directory);

    public long FreeBytes(string directory) => _disk.FreeBytes(directory);

    public IDisposable LockDirectory(string directory) => _disk.LockDirectory(directory);

    public void Dispose()
    {
        _isStalled.Dispose();
        _mayGoOn.Dispose();
    }

    private sealed class StallingFile(StallingDisk disk, IDiskFile file) : IDiskFile
    {
        public string Path => file.Path;

        public long Length => file.Length;

        public int Read(long position, Span<byte> buffer) => file.Read(position, buffer);

        public void Write(long position, ReadOnlySpan<byte> content) => file.Write(position, content);

        public void Write(long position, IReadOnlyList<ReadOnlyMemory<byte>> contents) => file.Write(position, contents);

        public void Flush()
        {
            disk._isStalled.Set();
            disk._mayGoOn.Wait(TestContext.Current.CancellationToken);
            file.Flush();
        }

        public void Preallocate(long length) => file.Preallocate(length);

        public void SetLength(long length) => file.SetLength(length);

        public void Dispose() => file.Dispose();
    }
}
