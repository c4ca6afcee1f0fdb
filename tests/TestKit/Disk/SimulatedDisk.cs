using Observability.Durability;

namespace Observability.TestKit;

/// <summary>
/// A disk in memory that keeps every promise of <see cref="IDisk"/> and not one more: after a crash, content that was not flushed survives by sectors or
/// not at all, and names that were not synced are those of some earlier moment. All choices come from the seed.
/// </summary>
public sealed class SimulatedDisk(int seed) : IDisk
{
    private readonly Random _random = new(seed);
    private readonly Dictionary<string, SimulatedContent> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SimulatedContent> _durableNames = new(StringComparer.Ordinal);
    private readonly List<NameChange> _unsynced = [];
    private readonly HashSet<string> _locked = new(StringComparer.Ordinal);

    public DiskFaults Faults { get; } = new();

    internal Lock Gate { get; } = new();

    public bool IsOff { get; private set; }

    /// <summary>Turns the machine off. This disk is unusable afterwards, so that a program that still runs cannot write to what is left.</summary>
    /// <returns>The disk as the next start finds it, without faults.</returns>
    public SimulatedDisk Crash()
    {
        lock (Gate)
        {
            IsOff = true;
            var next = new SimulatedDisk(_random.Next());
            // Each directory remembers its names up to some moment, as a journaling file system does.
            foreach (var directory in _unsynced.GroupBy(change => change.Directory, StringComparer.Ordinal))
            {
                var changes = directory.ToList();
                changes.Take(_random.Next(changes.Count + 1)).ToList().ForEach(change => change.ApplyTo(_durableNames));
            }
            var survivors = new Dictionary<SimulatedContent, SimulatedContent>();
            foreach (var (path, content) in _durableNames.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                if (!survivors.TryGetValue(content, out var survivor))
                {
                    survivors.Add(content, survivor = content.AfterPowerLoss(_random));
                }
                next._names.Add(path, survivor);
                next._durableNames.Add(path, survivor);
            }
            return next;
        }
    }

    /// <summary>
    /// Ends the process but not the machine: what was written stays in the system's memory, what was not flushed is still not on the device. This disk is
    /// unusable afterwards.
    /// </summary>
    /// <returns>The disk as the next start finds it, without locks and faults.</returns>
    public SimulatedDisk Kill()
    {
        lock (Gate)
        {
            IsOff = true;
            var next = new SimulatedDisk(_random.Next());
            foreach (var (path, content) in _names)
            {
                next._names.Add(path, content);
            }
            foreach (var (path, content) in _durableNames)
            {
                next._durableNames.Add(path, content);
            }
            next._unsynced.AddRange(_unsynced);
            return next;
        }
    }

    /// <summary>Damages a file, both what programs see and what is on the device.</summary>
    public void FlipBit(string path, long position, int bit = 0)
    {
        lock (Gate)
        {
            _names[path].FlipBit(position, bit);
        }
    }

    public IDiskFile Open(string path, DiskOpenMode mode)
    {
        lock (Gate)
        {
            Step();
            var exists = _names.TryGetValue(path, out var content);
            if (!exists && mode == DiskOpenMode.Existing)
            {
                throw new FileNotFoundException($"'{path}' does not exist", path);
            }
            if (exists && mode == DiskOpenMode.New)
            {
                throw new IOException($"'{path}' exists");
            }
            if (content is null)
            {
                content = new SimulatedContent();
                Change(new NameChange(DirectoryOf(path), path, null, content));
            }
            return new SimulatedDiskFile(this, path, content);
        }
    }

    public bool FileExists(string path)
    {
        lock (Gate)
        {
            Step();
            return _names.ContainsKey(path);
        }
    }

    public void Rename(string path, string newPath)
    {
        lock (Gate)
        {
            Step();
            if (!_names.TryGetValue(path, out var content))
            {
                throw new FileNotFoundException($"'{path}' does not exist", path);
            }
            Change(new NameChange(DirectoryOf(newPath), newPath, path, content));
        }
    }

    public void Delete(string path)
    {
        lock (Gate)
        {
            Step();
            if (_names.ContainsKey(path))
            {
                Change(new NameChange(DirectoryOf(path), null, path, null));
            }
        }
    }

    public IReadOnlyList<string> ListFiles(string directory)
    {
        lock (Gate)
        {
            Step();
            return [.. _names.Keys.Where(path => DirectoryOf(path) == directory).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
        }
    }

    public void CreateDirectory(string directory)
    {
        lock (Gate)
        {
            // Directories are there as soon as somebody puts a file into them; the promise is kept without a record.
            Step();
        }
    }

    public void SyncDirectory(string directory)
    {
        lock (Gate)
        {
            Step();
            foreach (var change in _unsynced.Where(change => change.Directory == directory))
            {
                change.ApplyTo(_durableNames);
            }
            _unsynced.RemoveAll(change => change.Directory == directory);
        }
    }

    public long FreeBytes(string directory)
    {
        lock (Gate)
        {
            Step();
            return Faults.CapacityBytes - TotalBytes();
        }
    }

    public IDisposable LockDirectory(string directory)
    {
        lock (Gate)
        {
            Step();
            return _locked.Add(directory) ? new DirectoryLock(this, directory) : throw new DirectoryLockedException(directory, Environment.ProcessId);
        }
    }

    /// <summary>One call to the disk. The caller holds <see cref="Gate"/>.</summary>
    internal void Step()
    {
        Faults.Operations++;
        if (Faults.PowerLossAfterOperations is { } left)
        {
            Faults.PowerLossAfterOperations = left - 1;
            IsOff |= left <= 0;
        }
        if (IsOff)
        {
            throw new SimulatedPowerLossException();
        }
    }

    internal Random Random => _random;

    internal void RequireRoomFor(long growth, string path)
    {
        if (growth > 0 && Faults.CapacityBytes != long.MaxValue && TotalBytes() + growth > Faults.CapacityBytes)
        {
            throw new DiskFullException($"no room for {growth} more bytes in '{path}'");
        }
    }

    private static string DirectoryOf(string path) => Path.GetDirectoryName(path) ?? "";

    private long TotalBytes() => _names.Values.Distinct().Sum(content => content.Length);

    private void Change(NameChange change)
    {
        change.ApplyTo(_names);
        _unsynced.Add(change);
    }

    /// <param name="Directory">Whose sync makes it durable.</param>
    /// <param name="Added">New name; null for a deletion.</param>
    /// <param name="Removed">Old name; null for a creation.</param>
    /// <param name="Content">What the new name stands for.</param>
    private sealed record NameChange(string Directory, string? Added, string? Removed, SimulatedContent? Content)
    {
        public void ApplyTo(Dictionary<string, SimulatedContent> names)
        {
            if (Removed is not null)
            {
                names.Remove(Removed);
            }
            if (Added is not null)
            {
                names[Added] = Content!;
            }
        }
    }

    private sealed class DirectoryLock(SimulatedDisk disk, string directory) : IDisposable
    {
        public void Dispose()
        {
            lock (disk.Gate)
            {
                disk._locked.Remove(directory);
            }
        }
    }
}
