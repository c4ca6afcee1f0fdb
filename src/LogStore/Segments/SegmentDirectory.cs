using System.Globalization;
using Microsoft.Extensions.Logging;
using Observability.Durability;
using Observability.LogStore.Segments.Files;

namespace Observability.LogStore.Segments;

/// <summary>
/// The names in the store's directory. <c>FIRST-LAST.segment</c> holds the flushes of those numbers, sixteen hex digits each; one whose numbers lie within
/// another's was merged into it, and a crash came before it was deleted.
/// </summary>
internal sealed class SegmentDirectory(IDisk disk, string directory, ILogger logger, LogStoreMetrics metrics)
{
    private const string Suffix = ".segment";
    private const string SetAsideSuffix = ".damaged";

    public string PathOf(ulong firstFlush, ulong lastFlush) =>
        Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"{firstFlush:x16}-{lastFlush:x16}{Suffix}"));

    /// <summary>Opens what can be read, oldest first; deletes what a crash left over; sets aside what is damaged.</summary>
    public List<Segment> OpenAll()
    {
        disk.CreateDirectory(directory);
        var segments = new List<Segment>();
        foreach (var name in disk.ListFiles(directory))
        {
            var path = Path.Combine(directory, name);
            if (name.EndsWith(SegmentWriter.UnfinishedSuffix, StringComparison.Ordinal))
            {
                disk.Delete(path);
            }
            else if (name.EndsWith(Suffix, StringComparison.Ordinal) && TryOpen(path) is { } segment)
            {
                segments.Add(segment);
            }
        }
        var merged = segments.Where(segment => segments.Any(other => other != segment && IsWithin(segment.Header, other.Header))).ToList();
        foreach (var segment in merged)
        {
            segments.Remove(segment);
            segment.Release();
            disk.Delete(segment.Path);
        }
        segments.Sort((left, right) => left.Header.FirstFlush.CompareTo(right.Header.FirstFlush));
        return segments;
    }

    /// <summary>The number behind the highest that any name has, so that a set-aside segment's number is not used again.</summary>
    public ulong NextFlush()
    {
        var highest = 0UL;
        foreach (var name in disk.ListFiles(directory))
        {
            if (name.Length > 33 && ulong.TryParse(name.AsSpan(17, 16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var last))
            {
                highest = Math.Max(highest, last);
            }
        }
        return highest + 1;
    }

    private Segment? TryOpen(string path)
    {
        try
        {
            var segment = Segment.Open(disk, path);
            segment.ReadMarks();
            return segment;
        }
        catch (SegmentDamagedException exception)
        {
            disk.Rename(path, path + SetAsideSuffix);
            metrics.Damaged();
            Log.SegmentSetAside(logger, path + SetAsideSuffix, exception.Message);
            return null;
        }
    }

    private static bool IsWithin(SegmentHeader inner, SegmentHeader outer) => inner.FirstFlush >= outer.FirstFlush && inner.LastFlush <= outer.LastFlush;
}
