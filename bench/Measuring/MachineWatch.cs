using System.Diagnostics;
using System.Globalization;

namespace Observability.Bench.Measuring;

/// <summary>
/// Watches what the rest of the machine does while a stage runs, from <c>/proc</c>: processor time of everybody, less that of this process, the children it
/// has waited for and those it names.
/// </summary>
internal sealed class MachineWatch
{
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly double _busyAtStart = BusySeconds();
    private readonly double _ownAtStart = ProcessClock.OwnSeconds();
    private double _named;

    /// <summary>Processor time of a program that is measured and is no child of this process.</summary>
    public void CountAsOwn(double seconds) => _named += seconds;

    /// <summary>Cores that others used, on average, since the watch began.</summary>
    public double ForeignCores()
    {
        var elapsed = Stopwatch.GetElapsedTime(_started).TotalSeconds;
        return Math.Max(0, (BusySeconds() - _busyAtStart - _named - (ProcessClock.OwnSeconds() - _ownAtStart)) / elapsed);
    }

    public static double LoadAverage() =>
        double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture);

    // cpu user nice system idle iowait irq softirq steal: what is not idle and not waiting is busy; steal is time that another guest had.
    private static double BusySeconds()
    {
        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        double At(int index) => double.Parse(fields[index], CultureInfo.InvariantCulture);
        return (At(1) + At(2) + At(3) + At(6) + At(7) + At(8)) / ProcessClock.TicksPerSecond;
    }
}
