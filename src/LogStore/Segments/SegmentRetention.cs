using Observability.LogStore.Segments.Files;
using Observability.LogStore.Segments.Rows;
using Observability.Telemetry;

namespace Observability.LogStore.Segments;

/// <summary>
/// What is past its time. Judged by receipt and by whole segments, that is, by a segment's newest row: one that came late is kept as long as one that did
/// not, and a file is touched once an environment, not once an hour.
/// </summary>
internal static class SegmentRetention
{
    /// <summary>Environments with rows in a segment whose retention has ended, and whether any other is left.</summary>
    public static (IReadOnlySet<string> Expired, bool IsAll) Of(Segment segment, SegmentStoreOptions options, long nowNanoseconds)
    {
        var environments = segment.Blocks.SelectMany(block => block.Slots).Select(slot => slot / Levels.Count).Distinct()
            .Select(resource => segment.Tables.Resources.Span[resource].Stream[LabelNames.Environment]).ToHashSet(StringComparer.Ordinal);
        var expired = environments.Where(environment => segment.Header.MaxReceived < nowNanoseconds - Nanoseconds(RetentionOf(environment, options))).ToHashSet(StringComparer.Ordinal);
        return (expired, expired.Count == environments.Count);
    }

    /// <summary>The oldest segments that are too many for the store's size; never the newest, which holds the marks.</summary>
    public static IReadOnlyList<Segment> BeyondSize(IReadOnlyList<Segment> segments, long maximalBytes)
    {
        var tooMany = segments.Sum(segment => segment.FileBytes) - maximalBytes;
        var beyond = new List<Segment>();
        foreach (var segment in segments.Take(Math.Max(0, segments.Count - 1)).OrderBy(segment => segment.Header.MaxReceived))
        {
            if (tooMany <= 0)
            {
                break;
            }
            beyond.Add(segment);
            tooMany -= segment.FileBytes;
        }
        return beyond;
    }

    internal static TimeSpan RetentionOf(string environment, SegmentStoreOptions options)
    {
        if (options.EnvironmentRetention.TryGetValue(environment, out var exact))
        {
            return exact;
        }
        // The longest pattern is the most particular one.
        var pattern = options.EnvironmentRetention.Keys
            .Where(key => key.EndsWith('*') && environment.StartsWith(key[..^1], StringComparison.Ordinal)).MaxBy(key => key.Length);
        return pattern is null ? options.Retention : options.EnvironmentRetention[pattern];
    }

    private static long Nanoseconds(TimeSpan time) => time.Ticks * TimeSpan.NanosecondsPerTick;
}
