using System.Runtime.InteropServices;

namespace Observability.Bench.Measuring;

/// <summary>Processor time of the calling thread. Wall time would count whatever else the machine did meanwhile.</summary>
internal static partial class ThreadClock
{
    /// <summary>CLOCK_THREAD_CPUTIME_ID of Linux.</summary>
    private const int ThreadProcessorTime = 3;

    public static long Nanoseconds
    {
        get
        {
            if (ReadClock(ThreadProcessorTime, out var time) != 0)
            {
                throw new PlatformNotSupportedException("clock_gettime knows no processor time of threads here; the benchmarks need Linux");
            }
            return (time.Seconds * 1_000_000_000) + time.Nanoseconds;
        }
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ReadClock(int clock, out TimeSpecification time);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpecification
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
