using FsCheck;
using FsCheck.Fluent;
using Observability.Messaging.RabbitMq.Frames;

namespace Observability.Messaging.Tests.RabbitMq;

public sealed class StreamProgressTests
{
    [Fact]
    public void Whoever_resumes_behind_a_told_offset_misses_no_frame_in_whatever_order_frames_are_taken() =>
        Prop.ForAll<byte[]>(choices =>
        {
            var progress = new StreamProgress(null);
            var open = new List<StreamProgress.Entry>();
            var taken = new HashSet<long>();
            long offset = 0;
            long resumeAfter = -1;
            foreach (var choice in choices ?? [])
            {
                if (choice % 2 == 0 || open.Count == 0)
                {
                    // Offsets of a stream grow with holes.
                    offset += 1 + choice % 5;
                    open.Add(progress.Begin(offset, null));
                }
                else
                {
                    var entry = open[choice % open.Count];
                    open.Remove(entry);
                    taken.Add(entry.Offset);
                    // A journal keeps the offset that came with each frame that it took.
                    resumeAfter = Math.Max(resumeAfter, entry.SafeOffset ?? -1);
                    progress.End(entry);
                }
                if (open.Any(entry => entry.Offset <= resumeAfter || entry.Offset <= progress.Taken?.Offset))
                {
                    return false;
                }
            }
            return open.Count > 0 || taken.Count == 0 || progress.Taken?.Offset == taken.Max();
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_frame_alone_is_told_its_own_offset_and_one_behind_an_open_one_the_offset_before_that()
    {
        var progress = new StreamProgress(nextOffset: 10);
        var first = progress.Begin(12, null);
        var second = progress.Begin(13, null);
        Assert.Equal((12L, 9L), (first.SafeOffset, second.SafeOffset));
        progress.End(second);
        Assert.Equal(9, progress.Taken?.Offset);
        progress.End(first);
        Assert.Equal(13, progress.Taken?.Offset);
    }

    [Fact]
    public void A_stream_that_was_set_up_anew_is_read_from_its_first_frame()
    {
        var progress = new StreamProgress(nextOffset: 10);
        progress.StartOver();
        Assert.Null(progress.Taken);
    }
}
