using Observability.Bench.Data;
using Observability.Bench.Measuring;
using Observability.LogStore.Segments;
using Observability.LogStore.Segments.Compression;
using Observability.LogStore.Segments.Files;
using Observability.LogStore.Segments.Rows;
using Observability.Telemetry;

namespace Observability.Bench.Blocks;

/// <summary>
/// From OTLP bytes to a finished segment file of five blocks, filters and checksums included, beside a copy of those bytes; and the size of what comes out
/// beside what zstd and gzip make of the same records as lines of JSON.
/// </summary>
internal static class BlockStage
{
    private const int RecordsPerBatch = 500;
    private const int Batches = 5 * SegmentWriter.RowsPerBlock / RecordsPerBatch;

    public static BenchmarkReport Run(int rounds, int seed)
    {
        var watch = new MachineWatch();
        var logs = new SyntheticLogs(seed);
        var batches = Enumerable.Range(0, Batches).Select(_ => logs.Next(RecordsPerBatch)).ToList();
        var bodies = batches.Select(OtlpBodies.Protobuf).ToList();
        var targets = bodies.Select(static body => new byte[body.Length]).ToList();
        using var frames = new SyntheticFrames();
        var disk = new DiscardingDisk();
        const long Records = (long)Batches * RecordsPerBatch;
        var rows = Fill(frames, bodies, new HeadRows());
        var reused = new HeadRows();

        TimedItem Timed(string name, Action work) => new(name, Records, work);
        var measured = Alternation.Run(
            [
                Timed("memcpy of the protobuf bodies (floor)", () => bodies.Zip(targets).ToList().ForEach(static pair => pair.First.CopyTo(pair.Second, 0))),
                Timed("OTLP to rows in memory", () => Fill(frames, bodies, reused)),
                Timed("OTLP to a segment, not packed", () => Write(disk, Fill(frames, bodies, reused), ColumnCompression.None)),
                Timed("OTLP to a segment, LZ4", () => Write(disk, Fill(frames, bodies, reused), ColumnCompression.Lz4)),
                Timed("OTLP to a segment, Brotli", () => Write(disk, Fill(frames, bodies, reused), ColumnCompression.Brotli)),
            ], rounds, "ns/record");
        var (hot, cold) = (Write(disk, rows, ColumnCompression.Lz4), Write(disk, rows, ColumnCompression.Brotli));
        var failure = rows.Count == Records ? "" : $"{rows.Count} of {Records} records became rows";
        var ratios = new List<Ratio>
        {
            Ratio.Of("OTLP to rows / memcpy", measured[1], measured[0], "<= 9"),
            Ratio.Of("OTLP to LZ4 segment / memcpy", measured[3], measured[0], "<= 24"),
            Ratio.Of("OTLP to Brotli segment / memcpy", measured[4], measured[0], "<= 28"),
        };
        var notes = new List<string> { $"{Records} records: {bodies.Average(static body => body.Length) / RecordsPerBatch:0} B a record as protobuf, {(double)hot / Records:0.0} B as LZ4 segment, {(double)cold / Records:0.0} B as Brotli segment" };
        AddSizes(batches, hot, cold, ratios, notes);
        return new BenchmarkReport("block", seed, measured, ratios, notes, new Validity(measured[0].Spread, watch.ForeignCores(), MachineWatch.LoadAverage(), failure));
    }

    private static void AddSizes(List<SyntheticBatch> batches, long hot, long cold, List<Ratio> ratios, List<string> notes)
    {
        var path = Path.GetTempFileName();
        try
        {
            using (var file = File.Create(path))
            {
                batches.ForEach(batch => SyntheticFrames.WriteLines(file, batch));
            }
            foreach (var (program, hotGoal, coldGoal) in new[] { ("zstd", "<= 1.05", "<= 0.85"), ("gzip", "", "") })
            {
                if (PackedSize.Of(program, path) is not { } packed)
                {
                    notes.Add($"{program} is not installed: its sizes are not compared");
                    continue;
                }
                ratios.Add(new Ratio($"bytes, LZ4 segment / {program} -1", (double)hot / packed, hotGoal));
                ratios.Add(new Ratio($"bytes, Brotli segment / {program} -1", (double)cold / packed, coldGoal));
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <param name="frames">Decodes.</param>
    /// <param name="bodies">Of requests.</param>
    /// <param name="rows">Emptied first: a store, too, fills the room of rows that it has flushed.</param>
    private static HeadRows Fill(SyntheticFrames frames, List<byte[]> bodies, HeadRows rows)
    {
        rows.Recycle();
        foreach (var frame in bodies.SelectMany(body => frames.Decode(body, 1_795_230_000_000_000_000)))
        {
            rows.Add(TelemetryFrame.Open(frame.Bytes));
        }
        return rows;
    }

    private static long Write(DiscardingDisk disk, HeadRows rows, ColumnCompression compression)
    {
        SegmentWriter.Write(disk, "/segment", rows, new AppliedMarks(), 1, 1, compression);
        return disk.FileBytes;
    }
}
