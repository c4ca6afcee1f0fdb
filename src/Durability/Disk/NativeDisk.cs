using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Observability.Durability;

/// <summary>
/// System calls that .NET has no method for: flushing content without the times of the file, reserving room, flushing a directory. Numbers are Linux'
/// on x64 and arm64.
/// </summary>
[SupportedOSPlatform("linux")]
internal static partial class NativeDisk
{
    private const int ReadOnlyCloseOnExec = 0x80000;
    private const int ErrorInterrupted = 4;
    private const int ErrorInvalid = 22;
    private const int ErrorNotSupported = 95;

    public static void FlushContent(SafeFileHandle file, string path)
    {
        while (FlushData(file) != 0)
        {
            ThrowUnlessInterrupted(Marshal.GetLastPInvokeError(), "flush", path);
        }
    }

    /// <returns>False when the file system cannot reserve room.</returns>
    public static bool TryReserve(SafeFileHandle file, long length, string path)
    {
        while (true)
        {
            switch (Allocate(file, 0, checked((nint)length)))
            {
                case 0:
                    return true;
                case ErrorInvalid or ErrorNotSupported:
                    return false;
                case var error:
                    ThrowUnlessInterrupted(error, "reserve room for", path);
                    break;
            }
        }
    }

    public static void SyncDirectory(string path)
    {
        using var directory = OpenForReading(path);
        while (FlushAll(directory) != 0)
        {
            ThrowUnlessInterrupted(Marshal.GetLastPInvokeError(), "flush directory", path);
        }
    }

    /// <summary>Unlike .NET's own open this takes no advisory lock, so it can look into a file that another process locked; and it opens directories.</summary>
    public static SafeFileHandle OpenForReading(string path)
    {
        while (true)
        {
            var descriptor = Open(path, ReadOnlyCloseOnExec);
            if (descriptor >= 0)
            {
                return new SafeFileHandle(descriptor, ownsHandle: true);
            }
            ThrowUnlessInterrupted(Marshal.GetLastPInvokeError(), "open", path);
        }
    }

    private static void ThrowUnlessInterrupted(int error, string action, string path)
    {
        if (error == ErrorInterrupted)
        {
            return;
        }
        var message = $"cannot {action} '{path}': {Marshal.GetPInvokeErrorMessage(error)}";
        throw DiskFaults.IsFull(error) ? new DiskFullException(message) : new IOException(message, error);
    }

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int FlushData(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FlushAll(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "posix_fallocate")]
    private static partial int Allocate(SafeFileHandle file, nint start, nint length);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);
}

/// <summary>Tells a full disk from a broken one by what .NET puts into <see cref="Exception.HResult"/>: errno on Unix, a Win32 code elsewhere.</summary>
internal static class DiskFaults
{
    private const int NoSpace = 28;
    private const int QuotaLinux = 122;
    private const int QuotaMac = 69;
    private const int WindowsDiskFull = unchecked((int)0x80070070);
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027);

    public static bool IsFull(int code) =>
        code is NoSpace or WindowsDiskFull or WindowsHandleDiskFull
        || (code == QuotaLinux && OperatingSystem.IsLinux())
        || (code == QuotaMac && OperatingSystem.IsMacOS());

    public static bool IsSharingConflict(int code) => code is 11 or 35 or unchecked((int)0x80070020) or unchecked((int)0x80070021);
}
