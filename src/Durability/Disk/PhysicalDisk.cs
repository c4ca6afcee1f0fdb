using System.Globalization;
using System.Text;

namespace Observability.Durability;

/// <summary>The disk of this machine. On Linux flushing is fdatasync; elsewhere it is what .NET's FlushToDisk does (F_FULLFSYNC on macOS).</summary>
public sealed class PhysicalDisk : IDisk
{
    private const string LockFileName = "lock";

    private PhysicalDisk()
    {
    }

    public static PhysicalDisk Instance { get; } = new();

    public IDiskFile Open(string path, DiskOpenMode mode)
    {
        var fileMode = mode switch
        {
            DiskOpenMode.Existing => FileMode.Open,
            DiskOpenMode.New => FileMode.CreateNew,
            DiskOpenMode.ExistingOrNew => FileMode.OpenOrCreate,
            _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, null),
        };
        try
        {
            // Sharing is settled for whole directories by LockDirectory; a lock per file would only cost.
            return new PhysicalDiskFile(path, File.OpenHandle(path, fileMode, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete));
        }
        catch (IOException exception) when (DiskFaults.IsFull(exception.HResult))
        {
            throw new DiskFullException($"no room to create '{path}'", exception);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new IOException($"'{path}' may not be opened for reading and writing by this user: {exception.Message}", exception);
        }
    }

    public bool FileExists(string path) => File.Exists(path);

    public void Rename(string path, string newPath) => File.Move(path, newPath, overwrite: true);

    public void Delete(string path)
    {
        if (File.Exists(path))
        {
            File.Delete(path);
        }
    }

    public IReadOnlyList<string> ListFiles(string directory)
    {
        if (!Directory.Exists(directory))
        {
            return [];
        }
        var names = Directory.EnumerateFiles(directory).Select(path => Path.GetFileName(path)).ToList();
        names.Sort(StringComparer.Ordinal);
        return names;
    }

    public void CreateDirectory(string directory)
    {
        var full = Path.GetFullPath(directory);
        if (Directory.Exists(full))
        {
            return;
        }
        var parent = Path.GetDirectoryName(full);
        if (parent is not null)
        {
            CreateDirectory(parent);
        }
        Directory.CreateDirectory(full);
        if (parent is not null)
        {
            SyncDirectory(parent);
        }
    }

    public void SyncDirectory(string directory)
    {
        // Windows writes names through with the file; there is nothing to call.
        if (OperatingSystem.IsLinux())
        {
            NativeDisk.SyncDirectory(directory);
        }
    }

    public long FreeBytes(string directory) => new DriveInfo(Path.GetFullPath(directory)).AvailableFreeSpace;

    public IDisposable LockDirectory(string directory)
    {
        CreateDirectory(directory);
        var path = Path.Combine(directory, LockFileName);
        try
        {
            // The system gives an exclusive lock up when the process ends, also by kill -9. The file stays: removing it would race with the next owner.
            var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            file.SetLength(0);
            file.Write(Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
            file.Flush();
            return file;
        }
        catch (IOException exception) when (DiskFaults.IsSharingConflict(exception.HResult))
        {
            throw new DirectoryLockedException(directory, ReadOwner(path));
        }
    }

    private static int? ReadOwner(string lockPath)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }
        using var handle = NativeDisk.OpenForReading(lockPath);
        Span<byte> text = stackalloc byte[16];
        var length = RandomAccess.Read(handle, text, 0);
        return int.TryParse(Encoding.ASCII.GetString(text[..length]), NumberStyles.None, CultureInfo.InvariantCulture, out var owner) ? owner : null;
    }
}
