using System.Globalization;

namespace Observability.Bench.Measuring;

/// <summary>Processor time that a process has used, all of its threads together, from <c>/proc</c>.</summary>
internal static class ProcessClock
{
    /// <summary>USER_HZ: the unit of /proc's counters on every Linux that .NET runs on.</summary>
    public const double TicksPerSecond = 100;

    /// <summary>Seconds in the program and in the kernel; 0 for a process that has ended and was waited for.</summary>
    public static double SecondsOf(int processId)
    {
        var file = string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/stat");
        return File.Exists(file) ? Sum(file, times: 2) : 0;
    }

    /// <summary>Of this process and the children that it has waited for.</summary>
    public static double OwnSeconds() => Sum("/proc/self/stat", times: 4);

    // utime stime cutime cstime are fields 14 to 17; the name in field 2 may hold spaces, so counting starts behind its bracket.
    private static double Sum(string file, int times)
    {
        var stat = File.ReadAllText(file);
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return fields[11..(11 + times)].Sum(static field => double.Parse(field, CultureInfo.InvariantCulture)) / TicksPerSecond;
    }
}
