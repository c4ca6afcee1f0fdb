using Observability.Durability;

namespace Observability.Standalone;

/// <summary>The data folder belongs to one process at a time: two would write over each other.</summary>
internal static class DataFolder
{
    /// <summary>Makes the folder and locks it until the result is disposed or the process ends. False: another process has it, and was named.</summary>
    public static bool TryLock(string path, TextWriter errors, out IDisposable? folder)
    {
        try
        {
            var directory = Path.GetFullPath(path);
            PhysicalDisk.Instance.CreateDirectory(directory);
            folder = PhysicalDisk.Instance.LockDirectory(directory);
            return true;
        }
        catch (DirectoryLockedException exception)
        {
            errors.WriteLine($"{exception.Message}. Stop that process, or give this one a folder of its own with --data DIR.");
        }
        catch (IOException exception)
        {
            errors.WriteLine($"the data folder cannot be used: {exception.Message}. Give another one with --data DIR.");
        }
        folder = null;
        return false;
    }
}
