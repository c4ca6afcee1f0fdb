using System.Globalization;

namespace Observability.Dashboards.Tests.Demo;

/// <summary>
/// The times that Grafana 12 asks a panel's queries for: one point a pixel, in intervals that people read easily, and for Prometheus never below the data
/// source's own interval and aligned to the step.
/// </summary>
internal sealed class PanelTime
{
    /// <summary>Of the whole dashboard on a usual screen.</summary>
    private const int Pixels = 1400;

    private const int Columns = 24;

    /// <summary>Up to which length a raw interval is rounded to which one; the first that is longer decides.</summary>
    private static readonly (int BelowMilliseconds, int Milliseconds)[] s_rounded =
    [
        (150, 100), (350, 200), (750, 500), (1_500, 1_000), (3_500, 2_000), (7_500, 5_000), (12_500, 10_000), (17_500, 15_000), (25_000, 20_000), (45_000, 30_000),
        (90_000, 60_000), (210_000, 120_000), (450_000, 300_000),
    ];

    private readonly TimeSpan _scrapeInterval;

    private PanelTime(DateTimeOffset from, DateTimeOffset to, TimeSpan step, TimeSpan scrapeInterval)
    {
        From = from;
        To = to;
        Step = step;
        _scrapeInterval = scrapeInterval;
    }

    public DateTimeOffset From { get; }

    public DateTimeOffset To { get; }

    public TimeSpan Step { get; }

    public BuiltInVariables Variables
    {
        get
        {
            var rateInterval = TimeSpan.FromTicks(Math.Max((Step + _scrapeInterval).Ticks, 4 * _scrapeInterval.Ticks));
            return new BuiltInVariables(Text(Step), Text(rateInterval), Text(To - From), Text(Step));
        }
    }

    /// <param name="timeInterval">The data source's setting of that name, in seconds with an s.</param>
    public static PanelTime ForPrometheus(DateTimeOffset now, TimeSpan range, int width, string timeInterval)
    {
        var scrapeInterval = TimeSpan.FromSeconds(int.Parse(timeInterval.TrimEnd('s'), CultureInfo.InvariantCulture));
        var step = TimeSpan.FromTicks(Math.Max(Interval(range, width).Ticks, scrapeInterval.Ticks));
        return new PanelTime(Aligned(now - range, step), Aligned(now, step), step, scrapeInterval);
    }

    public static PanelTime ForLoki(DateTimeOffset now, TimeSpan range, int width) => new(now - range, now, Interval(range, width), TimeSpan.Zero);

    /// <summary>As Grafana writes durations into queries: whole seconds or milliseconds.</summary>
    public static string Text(TimeSpan duration) => duration.Milliseconds == 0
        ? string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:0}s")
        : string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMilliseconds:0}ms");

    private static TimeSpan Interval(TimeSpan range, int width)
    {
        var raw = range.TotalMilliseconds / (Pixels * width / Columns);
        return TimeSpan.FromMilliseconds(s_rounded.First(row => raw < row.BelowMilliseconds).Milliseconds);
    }

    private static DateTimeOffset Aligned(DateTimeOffset time, TimeSpan step) => new(time.Ticks - ((time.Ticks - DateTimeOffset.UnixEpoch.Ticks) % step.Ticks), TimeSpan.Zero);
}
