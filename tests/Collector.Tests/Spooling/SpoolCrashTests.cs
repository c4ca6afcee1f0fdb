using System.Globalization;
using System.Text;
using Observability.Collector.Spooling;
using Observability.Durability;
using Observability.TestKit;

namespace Observability.Collector.Tests.Spooling;

/// <summary>Power cuts at random moments of a seeded life of appends, progress and trimming.</summary>
public sealed class SpoolCrashTests
{
    private static readonly SpoolOptions Options = new() { Directory = "/spool", SegmentBytes = 64 << 10 };

    [Fact]
    public async Task What_was_acknowledged_reaches_both_consumers_whenever_the_power_fails()
    {
        var crashes = 0;
        var handed = 0;
        for (var seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            var disk = new SimulatedDisk(seed);
            var time = new ManualTime();
            var acknowledged = new SortedDictionary<ulong, string>();
            var indexed = new HashSet<ulong>();
            var published = new HashSet<ulong>();
            for (var life = 0; life < 4; life++)
            {
                await LiveAsync(disk, time, random, acknowledged, indexed, published);
                disk = disk.Crash();
                crashes++;
            }
            await using var spool = Spool.Open(disk, Options, 1 << 20, time);
            Drain(spool, spool.Indexing, acknowledged, indexed);
            Drain(spool, spool.Publishing, acknowledged, published);
            Assert.True(acknowledged.Keys.All(sequence => indexed.Contains(sequence) && published.Contains(sequence)), $"seed {seed}: an acknowledged frame was lost");
            handed += acknowledged.Count;
        }
        Assert.True(handed > 2_000, $"only {handed} frames in {crashes} lives");
    }

    private static async Task LiveAsync(SimulatedDisk disk, ManualTime time, Random random, SortedDictionary<ulong, string> acknowledged, HashSet<ulong> indexed, HashSet<ulong> published)
    {
        // Not disposed: the machine is turned off under it.
        var spool = Spool.Open(disk, Options, 1 << 20, time);
        for (var step = random.Next(5, 40); step > 0; step--)
        {
            var content = string.Create(CultureInfo.InvariantCulture, $"{random.Next()}") + new string('x', random.Next(8_000));
            if (await spool.AppendAsync([Encoding.UTF8.GetBytes(content)], AppendPriority.Normal, CancellationToken.None) is null)
            {
                acknowledged[spool.NewestSequence] = content;
            }
            time.Advance(TimeSpan.FromMilliseconds(random.Next(400)));
            if (random.Next(3) == 0)
            {
                Drain(spool, spool.Indexing, acknowledged, indexed);
            }
            if (random.Next(4) == 0)
            {
                Drain(spool, spool.Publishing, acknowledged, published);
            }
        }
    }

    private static void Drain(Spool spool, SpoolCursor cursor, SortedDictionary<ulong, string> acknowledged, HashSet<ulong> done)
    {
        var reader = spool.OpenReader(cursor);
        while (reader.TryRead(out var batch))
        {
            Assert.Null(batch.Gap);
            foreach (var entry in batch.Entries)
            {
                if (acknowledged.TryGetValue(entry.Sequence, out var content))
                {
                    Assert.Equal(content, Encoding.UTF8.GetString(entry.Content.Span));
                }
                done.Add(entry.Sequence);
            }
            spool.Advance(cursor, reader.NextSequence - 1);
        }
    }
}
