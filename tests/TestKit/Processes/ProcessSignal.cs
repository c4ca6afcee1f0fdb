using System.Runtime.InteropServices;

namespace Observability.TestKit;

/// <summary>Signals that end a process; the numbers are Linux'.</summary>
public enum ProcessSignal
{
    /// <summary>PostgreSQL's fast shutdown.</summary>
    Interrupt = 2,

    /// <summary>Dies at once and cleans up nothing: what crash tests need.</summary>
    Kill = 9,

    /// <summary>Please stop: what an operator's service manager sends.</summary>
    Terminate = 15,
}

internal static partial class NativeSignals
{
    /// <summary>Sends a signal to one process; false when there is no such process any more.</summary>
    public static bool TrySend(int processId, ProcessSignal signal) => Kill(processId, (int)signal) == 0;

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int processId, int signal);
}
