using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Logging.Abstractions;
using Observability.LogStore.Segments;
using Observability.LogStore.Segments.Rows;
using Observability.Telemetry;
using Observability.TestKit;

namespace Observability.LogStore.Tests.Segments;

/// <summary>Rows in memory: what a row becomes, and whose memory it is.</summary>
public sealed class HeadRowsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Numbers_are_written_as_the_platform_writes_them()
    {
        var decimals = Gen.Choose(-1_000_000_000, 1_000_000_000).Zip(Gen.Choose(-6, 18)).Select(pair => pair.Item1 / Math.Pow(10, pair.Item2));
        var any = Gen.Choose(0, int.MaxValue).Zip(Gen.Choose(0, int.MaxValue)).Select(pair => BitConverter.UInt64BitsToDouble(unchecked((ulong)pair.Item1 * 0x9E37_79B9_7F4A_7C15) ^ (ulong)pair.Item2));
        var edges = Gen.Elements(0d, -0d, 1e11, 99_999_999_999.9999, 123_456_789_012.5, 0.0001, 0.00001, 0.1 + 0.2, 5e-324, double.MaxValue, double.NaN, double.PositiveInfinity);
        Prop.ForAll(Gen.OneOf(decimals, any, edges).ToArbitrary(), value =>
        {
            Span<byte> text = stackalloc byte[NumberText.MaximalBytes];
            return Encoding.ASCII.GetString(text[..NumberText.Write(value, text)]) == value.ToString(CultureInfo.InvariantCulture);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(20_000));
    }

    [Fact]
    public void Rows_in_the_room_of_others_are_read_as_in_fresh_memory()
    {
        var (reused, fresh) = (new HeadRows(), new HeadRows());
        reused.Add(Opened(Frames.Of(1, [.. Enumerable.Range(0, 300).Select(number => new Row($"before {number}")
        {
            Stream = [("service_name", $"old{number}")], Attributes = [($"old{number}", "text"), ("shared", (long)number)], TraceId = new byte[16], SpanId = new byte[8],
        })])));
        reused.Recycle();
        var next = Opened(Frames.Of(2, [.. Enumerable.Range(0, 200).Select(number => new Row($"after {number}", Frames.Noon + number)
        {
            Attributes = [("shared", $"other {number}"), ("share", 0.25 * number), ("last", number % 2 == 0)],
        })]));
        reused.Add(next);
        fresh.Add(next);
        Assert.Equal(Texts(fresh), Texts(reused));
        Assert.Equal(fresh.NameCounts.ToArray(), reused.NameCounts.ToArray());
        Assert.Equal(fresh.Bytes, reused.Bytes);
    }

    [Fact]
    public async Task A_search_keeps_its_rows_while_later_ones_are_written_and_flushed()
    {
        await using var store = SegmentLogStore.Open(
            new SimulatedDisk(seed: 8), new SegmentStoreOptions { Directory = "/logs" }, new ManualTime(DateTimeOffset.UnixEpoch), NullLogger<SegmentLogStore>.Instance);
        await store.AppendAsync([Frames.Of(1, Frames.Lines(1, 400))], Token);
        await using var search = store.SearchAsync(new LogSearch(Frames.AllTime, [], [], NewestFirst: false), Token).GetAsyncEnumerator(Token);
        var bodies = new List<string>();
        for (ulong sequence = 2; await search.MoveNextAsync(); sequence++)
        {
            bodies.Add(search.Current.Body);
            if (sequence <= 6)
            {
                // Each flush frees the room of a head; the head that is being read must not be among them.
                await store.AppendAsync([Frames.Of(sequence, Frames.Lines(10_000, 400))], Token);
                await store.FlushAsync(Token);
            }
        }
        Assert.Equal(Enumerable.Range(1, 400).Select(number => $"line {number}"), bodies);
    }

    private static TelemetryFrame Opened(NamedFrame frame) => TelemetryFrame.Open(frame.Bytes);

    private static List<string> Texts(HeadRows rows)
    {
        using var snapshot = rows.Snapshot();
        return [.. Enumerable.Range(0, snapshot.Count).Select(row => snapshot.RecordAt(row))
            .Select(record => $"{record.TimeUnixNanoseconds} {record.SeverityNumber} {record.Stream} {record.TraceId} {record.Body} {string.Join(' ', record.Attributes)}")];
    }
}
