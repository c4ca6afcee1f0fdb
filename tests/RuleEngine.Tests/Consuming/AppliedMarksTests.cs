using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Observability.RuleEngine.Consuming;
using Observability.Telemetry;

namespace Observability.RuleEngine.Tests.Consuming;

public sealed class AppliedMarksTests
{
    [Fact]
    public void Any_order_and_any_repeats_are_told_apart_as_a_set_tells_them() =>
        Prop.ForAll<int>(seed =>
        {
            var random = new Random(seed);
            var marks = new AppliedMarks();
            var applied = new HashSet<ulong>();
            for (var i = 0; i < 300; i++)
            {
                var sequence = (ulong)random.Next(1, 120);
                if (marks.IsApplied(new FrameName(1, sequence)) != applied.Contains(sequence) || marks.TryAdd(new FrameName(1, sequence), null, false, i) != applied.Add(sequence))
                {
                    return false;
                }
            }
            var mark = marks.Marks().Single();
            var missing = marks.Missing().SelectMany(gap => Enumerable.Range((int)gap.First, (int)(gap.Last - gap.First) + 1)).Select(number => (ulong)number);
            var contiguous = Enumerable.Range(1, 130).TakeWhile(number => applied.Contains((ulong)number)).Count();
            return mark.Contiguous == (ulong)contiguous && mark.Highest == applied.Max()
                && missing.SequenceEqual(Enumerable.Range(1, (int)applied.Max()).Select(number => (ulong)number).Where(number => !applied.Contains(number)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void Too_many_holes_close_the_oldest_and_count_its_frames_as_lost()
    {
        var marks = new AppliedMarks();
        for (ulong i = 0; i <= AppliedMarks.MaximumRanges; i++)
        {
            marks.TryAdd(new FrameName(1, 5 + (i * 3)), null, false, 0);
        }
        Assert.Equal(2UL, marks.LostFrames);
        Assert.True(marks.IsApplied(new FrameName(1, 6)));
        Assert.False(marks.IsApplied(new FrameName(1, 9)));
    }

    [Fact]
    public void Stored_marks_are_read_again()
    {
        var marks = new AppliedMarks();
        marks.TryAdd(new FrameName(7, 1), 40, true, 1_000);
        marks.TryAdd(new FrameName(7, 3), 41, false, 2_000);
        using var file = new MemoryStream();
        using (var writer = new BinaryWriter(file, Encoding.UTF8, leaveOpen: true))
        {
            marks.WriteTo(writer);
        }
        file.Position = 0;
        var restored = new AppliedMarks();
        restored.ReadFrom(new BinaryReader(file));
        Assert.Equal(marks.Marks(), restored.Marks());
        Assert.Equal([new MissingFrames(7, 2, 2)], restored.Missing());
        Assert.Equal((42L, 1_000L), (restored.NextOffset, restored.Marks()[0].LastHeartbeatMilliseconds));
    }
}
