namespace Observability.Durability;

/// <summary>
/// The one way to a disk for everything that persists. PhysicalDisk ships; tests put a simulated one in its place that loses what was
/// not flushed. Calls block: whoever calls owns the thread that may wait for the device.
/// </summary>
/// <remarks>
/// Two rules a caller must follow, because disks do: content is safe after <see cref="IDiskFile.Flush"/>, and a name (created, renamed, deleted) is safe
/// after <see cref="SyncDirectory"/>; before that a crash may keep any part of either. Faults are <see cref="IOException"/>s; no room is a
/// <see cref="DiskFullException"/>. Implementations are safe to call from several threads.
/// </remarks>
public interface IDisk
{
    /// <summary>Opens a file for reading and writing.</summary>
    /// <exception cref="FileNotFoundException">It does not exist and <paramref name="mode"/> is <see cref="DiskOpenMode.Existing"/>.</exception>
    /// <exception cref="IOException">It exists and <paramref name="mode"/> is <see cref="DiskOpenMode.New"/>, or the device failed.</exception>
    IDiskFile Open(string path, DiskOpenMode mode);

    bool FileExists(string path);

    /// <summary>Moves a file within one directory and replaces what had the new name, in one step.</summary>
    void Rename(string path, string newPath);

    /// <summary>Removes a file; one that is not there is no error.</summary>
    void Delete(string path);

    /// <summary>Names (not paths) of the files in a directory, in ordinal order; none when the directory is missing.</summary>
    IReadOnlyList<string> ListFiles(string directory);

    /// <summary>Creates the directory and its parents, each safe against a crash when this returns. Existing ones are kept.</summary>
    void CreateDirectory(string directory);

    /// <summary>Makes the names in a directory safe against a crash.</summary>
    void SyncDirectory(string directory);

    /// <summary>Bytes that this process may still write where <paramref name="directory"/> lives.</summary>
    long FreeBytes(string directory);

    /// <summary>Claims a directory for one owner, until the result is disposed or the process ends, however it ends.</summary>
    /// <exception cref="DirectoryLockedException">Somebody else holds it; names the process when it is known.</exception>
    IDisposable LockDirectory(string directory);
}

/// <summary>An open file. Positions are bytes from the start; there is no current position, so readers and a writer can share it.</summary>
public interface IDiskFile : IDisposable
{
    string Path { get; }

    long Length { get; }

    /// <summary>Reads up to <paramref name="buffer"/>'s length; fewer only at the end of the file.</summary>
    /// <returns>Bytes read; 0 at or behind the end.</returns>
    int Read(long position, Span<byte> buffer);

    /// <summary>Writes all of <paramref name="content"/>, growing the file when needed. Not safe before <see cref="Flush"/>.</summary>
    void Write(long position, ReadOnlySpan<byte> content);

    /// <summary>Writes the buffers one behind the other as one request to the system.</summary>
    void Write(long position, IReadOnlyList<ReadOnlyMemory<byte>> contents);

    /// <summary>
    /// Waits until content and length are on the device. After a failure nothing that was written since the last success may be relied on, also not
    /// when a later call succeeds: the system may have dropped those pages. Write it again elsewhere.
    /// </summary>
    void Flush();

    /// <summary>Grows the file to <paramref name="length"/> with room reserved, so that later writes below it do not run out of space. Never shrinks.</summary>
    void Preallocate(long length);

    /// <summary>Cuts or grows the file; new bytes read as zero.</summary>
    void SetLength(long length);
}

/// <summary>What <see cref="IDisk.Open"/> does with a name that exists or does not.</summary>
public enum DiskOpenMode
{
    /// <summary>Must exist.</summary>
    Existing,

    /// <summary>Must not exist.</summary>
    New,

    /// <summary>Opens it, or creates it empty.</summary>
    ExistingOrNew,
}
