using System.Globalization;
using Observability.LogStore.Segments.Rows;
using Observability.Telemetry;

namespace Observability.LogStore.Tests.Segments;

/// <summary>Rows in memory: what a row becomes.</summary>
public sealed class HeadRowsTests
{
    [Fact]
    public void A_million_numbers_are_written_as_the_platform_writes_them()
    {
        var random = new Random(17);
        Span<byte> text = stackalloc byte[NumberText.MaximalBytes];
        Span<byte> expected = stackalloc byte[NumberText.MaximalBytes];
        for (var drawn = 0; drawn < 1_000_000; drawn++)
        {
            var value = (drawn % 4) switch
            {
                0 => random.Next(-1_000_000_000, 1_000_000_000) / Math.Pow(10, random.Next(-6, 19)),
                1 => BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)),
                // About the borders of the short way: places, digits, the last bit.
                2 => random.NextInt64(-2_000_000_000_000_000, 2_000_000_000_000_000) / 10_000d,
                _ => Math.BitIncrement(random.Next(10_000_000) / 10_000d),
            };
            AssertSame(value, text, expected);
        }
        foreach (var value in (ReadOnlySpan<double>)[0, -0d, 1e11, 99_999_999_999.9999, 123_456_789_012.5, 0.0001, -0.0001, 0.00001, 0.00005, 0.1 + 0.2, 5e-324, double.MaxValue, double.MinValue, double.NaN, double.PositiveInfinity, double.NegativeInfinity])
        {
            AssertSame(value, text, expected);
        }
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

    private static void AssertSame(double value, Span<byte> text, Span<byte> expected)
    {
        Assert.True(value.TryFormat(expected, out var length, "R", CultureInfo.InvariantCulture));
        if (!text[..NumberText.Write(value, text)].SequenceEqual(expected[..length]))
        {
            Assert.Fail($"{value.ToString("R", CultureInfo.InvariantCulture)} is written in another way");
        }
    }

    private static TelemetryFrame Opened(NamedFrame frame) => TelemetryFrame.Open(frame.Bytes);

    private static List<string> Texts(HeadRows rows)
    {
        using var snapshot = rows.Snapshot();
        return [.. Enumerable.Range(0, snapshot.Count).Select(row => snapshot.RecordAt(row))
            .Select(record => $"{record.TimeUnixNanoseconds} {record.SeverityNumber} {record.Stream} {record.TraceId} {record.Body} {string.Join(' ', record.Attributes)}")];
    }
}
