using System.Text;
using Observability.TestKit;

namespace Observability.Durability.Tests.Log;

/// <summary>Short forms for the tests of this folder.</summary>
internal static class LogTestExtensions
{
    public const string Directory = "/data/log";

    /// <summary>Small segments, so that few records need several; the caller commits, so that a seed decides everything.</summary>
    public static AppendLogOptions SmallOptions { get; } = new()
    {
        SegmentBytes = 64 << 10,
        CapacityBytes = 8 * (64 << 10),
        CommitMode = CommitMode.Caller,
        NewIncarnation = () => 0x1234_5678_9abc_def0,
    };

    public static AppendLog OpenLog(this SimulatedDisk disk, AppendLogOptions? options = null) => AppendLog.Open(disk, Directory, options ?? SmallOptions);

    public static ValueTask<AppendResult> AppendTextAsync(this AppendLog log, string text) => log.AppendAsync(Encoding.UTF8.GetBytes(text));

    public static async Task AppendOrThrowAsync(this AppendLog log, ReadOnlyMemory<byte> content)
    {
        var result = await log.AppendAsync(content);
        Assert.True(result.IsAppended, result.Reason);
    }

    public static List<string> ReadTexts(this AppendLog log, ulong from = 1) => [.. log.ReadAll(from).Records.Select(record => Encoding.UTF8.GetString(record.Content))];

    /// <summary>Everything that is there now.</summary>
    public static (List<(ulong Sequence, byte[] Content)> Records, List<LogGap> Gaps) ReadAll(this AppendLog log, ulong from = 1)
    {
        var records = new List<(ulong, byte[])>();
        var gaps = new List<LogGap>();
        var reader = log.OpenReader(from);
        while (reader.TryRead(out var batch))
        {
            records.AddRange(batch.Entries.Select(entry => (entry.Sequence, entry.Content.ToArray())));
            if (batch.Gap is { } gap)
            {
                gaps.Add(gap);
            }
        }
        return (records, gaps);
    }
}
