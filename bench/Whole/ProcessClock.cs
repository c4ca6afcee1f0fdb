using System.Globalization;

namespace Observability.Bench.Whole;

/// <summary>Processor time that a process has used, all of its threads together, from <c>/proc</c>.</summary>
internal static class ProcessClock
{
    /// <summary>USER_HZ: the unit of /proc's counters on every Linux that .NET runs on.</summary>
    private const double TicksPerSecond = 100;

    /// <summary>Seconds in the program and in the kernel; 0 for a process that has ended and was waited for.</summary>
    public static double SecondsOf(int processId)
    {
        var file = string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/stat");
        if (!File.Exists(file))
        {
            return 0;
        }
        // utime and stime are fields 14 and 15; the name in field 2 may hold spaces, so counting starts behind its bracket.
        var stat = File.ReadAllText(file);
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return fields[11..13].Sum(static field => double.Parse(field, CultureInfo.InvariantCulture)) / TicksPerSecond;
    }
}
