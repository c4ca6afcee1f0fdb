using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Logging.Abstractions;
using Observability.Telemetry;

namespace Observability.MetricStore.Tests.Head;

public sealed class MetricHeadTests
{
    private const long Now = Sample.Now;

    private static readonly LabelSet Rows = Sample.Series("rows", ("pipeline", "orders"));

    [Fact]
    public void A_range_is_open_on_the_left_and_closed_on_the_right()
    {
        using var head = new EmbeddedMetricStore(new MetricStoreOptions(), NullLogger.Instance);
        head.Append(Sample.Frame(Sample.At(Rows, Now, 1), Sample.At(Rows, Now + 10, 2), Sample.At(Rows, Now + 20, 3)), Now);
        var found = Assert.Single(head.Select([Sample.Named("rows")], Now, Now + 20));
        Assert.Equal([Now + 10, Now + 20], found.Timestamps.ToArray());
        Assert.Equal([2.0, 3.0], found.Values.ToArray());
        Assert.Empty(head.Select([Sample.Named("rows")], Now + 20, Now + 1000));
        Assert.Empty(head.Select([Sample.Named("rows")], Now + 20, Now));
    }

    /// <summary>Late, equal and repeated stamps in random order, over many chunks, against a dictionary.</summary>
    [Fact]
    public void Samples_of_any_order_inside_the_window_are_found_as_a_sorted_dictionary_finds_them() =>
        Prop.ForAll<int>(seed =>
        {
            var random = new Random(seed);
            using var head = new EmbeddedMetricStore(new MetricStoreOptions { AheadWindow = TimeSpan.FromDays(1) }, NullLogger.Instance);
            var expected = new SortedDictionary<long, double>();
            for (var i = 0; i < 1_500; i++)
            {
                var timestamp = Now + random.Next(3_000);
                head.Append([Sample.At(Rows, timestamp, i)], MetricKind.Gauge, Now);
                expected[timestamp] = i;
            }
            var after = Now + random.Next(3_000) - 10;
            var until = after + random.Next(2_000);
            var inRange = expected.Where(pair => pair.Key > after && pair.Key <= until).ToList();
            var found = head.Select([], after, until);
            return head.SampleCount == expected.Count && (inRange.Count == 0
                ? found.Count == 0
                : found[0].Timestamps.ToArray().SequenceEqual(inRange.Select(pair => pair.Key)) && found[0].Values.ToArray().SequenceEqual(inRange.Select(pair => pair.Value)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(60));

    [Fact]
    public void What_was_selected_does_not_change_when_samples_come_late_or_again()
    {
        using var head = new EmbeddedMetricStore(new MetricStoreOptions(), NullLogger.Instance);
        for (var i = 0; i < 100; i++)
        {
            head.Append([Sample.At(Rows, Now + (i * 10), i)], MetricKind.Gauge, Now);
        }
        var before = Assert.Single(head.Select([], Now + 100, Now + 300));
        var (timestamps, values) = (before.Timestamps.ToArray(), before.Values.ToArray());
        head.Append([Sample.At(Rows, Now + 150, -1), Sample.At(Rows, Now + 155, -2), Sample.At(Rows, Now + 1_000, -3)], MetricKind.Gauge, Now);
        Assert.Equal(timestamps, before.Timestamps.ToArray());
        Assert.Equal(values, before.Values.ToArray());
        Assert.Contains(-2.0, head.Select([], Now + 100, Now + 300)[0].Values.ToArray());
    }

    [Fact]
    public void A_sample_older_than_the_window_is_refused_with_the_reason()
    {
        using var head = new EmbeddedMetricStore(new MetricStoreOptions(), NullLogger.Instance);
        head.Append(Sample.Frame(Sample.At(Rows, Now, 1)), Now);
        var late = head.Append(Sample.Frame(Sample.At(Rows, Now - 3_600_000, 2), Sample.At(Rows, Now - 3_600_001, 3)), Now);
        Assert.Equal(1, late.Appended);
        Assert.Equal(1, late.Refused[SampleRefusal.TooOld]);
        Assert.Equal([Sample.At(Rows, Now - 3_600_001, 3)], late.Refused.Late);
        Assert.Contains("rows{pipeline=\"orders\"}: older than the newest sample of its series by more than 01:00:00", late.Refused.Example, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sender_that_does_not_know_what_values_mean_does_not_make_it_forgotten()
    {
        using var head = new EmbeddedMetricStore(new MetricStoreOptions(), NullLogger.Instance);
        head.Append([Sample.At(Sample.Series("jobs_total", ("by", "otlp")), Now, 1)], MetricKind.Counter, Now);
        head.Append([Sample.At(Sample.Series("jobs_total", ("by", "prometheus")), Now, 1), Sample.At(Sample.Series("up"), Now, 1)], MetricKind.Unknown, Now);
        Assert.Equal((MetricKind.Counter, MetricKind.Unknown), (head.Metadata()["jobs_total"], head.Metadata()["up"]));
    }

    [Theory]
    [InlineData(long.MinValue)]
    [InlineData(long.MinValue + 1)]
    [InlineData(0)]
    [InlineData(Now - 15L * 86_400_000 - 1)]
    public void A_stamp_beyond_the_retention_is_refused_and_does_not_spoil_its_series(long timestamp)
    {
        using var head = new EmbeddedMetricStore(new MetricStoreOptions(), NullLogger.Instance);
        var report = head.Append([Sample.At(Rows, timestamp, 1), Sample.At(Rows, Now, 2)], MetricKind.Gauge, Now);
        Assert.Equal((1, 1), (report.Appended, report.Refused[SampleRefusal.BeyondRetention]));
        Assert.Contains("older than the 15 d that metrics are kept", report.Refused.Example, StringComparison.Ordinal);
        Assert.Empty(report.Refused.Late);
    }

    [Fact]
    public void A_sample_from_the_future_is_refused_so_that_true_ones_do_not_look_late()
    {
        using var head = new EmbeddedMetricStore(new MetricStoreOptions(), NullLogger.Instance);
        var report = head.Append(Sample.Frame(Sample.At(Rows, Now * 1_000, 1), Sample.At(Rows, Now, 2)), Now);
        Assert.Equal(1, report.Refused[SampleRefusal.TooFarAhead]);
        Assert.Contains("sends milliseconds", report.Refused.Example, StringComparison.Ordinal);
        Assert.Equal([2.0], Assert.Single(head.Select([], 0, long.MaxValue)).Values.ToArray());
    }

    [Fact]
    public void At_the_limit_new_series_are_refused_and_known_ones_go_on()
    {
        using var head = new EmbeddedMetricStore(new MetricStoreOptions { MaximumSeries = 2 }, NullLogger.Instance);
        var samples = Enumerable.Range(0, 4).Select(i => Sample.At(Sample.Series("m", ("run_id", $"{i}")), Now, i)).ToArray();
        var first = head.Append(Sample.Frame(samples), Now);
        Assert.Equal((2, 2), (first.Appended, first.Refused[SampleRefusal.SeriesLimit]));
        Assert.Contains("remove a label with unbounded values", first.Refused.Example, StringComparison.Ordinal);
        Assert.Equal(2, head.Append(Sample.Frame(samples), Now).Appended);
        Assert.Equal(2, head.SeriesCount);
    }

    [Fact]
    public void Unfit_labels_are_refused_and_their_neighbours_kept()
    {
        using var head = new EmbeddedMetricStore(new MetricStoreOptions(), NullLogger.Instance);
        var long1 = Sample.Series("m", ("error", new string('x', SeriesLabelLimits.MaximumBytes)));
        var many = LabelSet.Of([new Label(LabelSet.MetricName, "m"), .. Enumerable.Range(0, SeriesLabelLimits.MaximumLabels).Select(i => new Label($"l{i}", "v"))]);
        var report = head.Append(Sample.Frame(Sample.At(long1, Now, 1), Sample.At(many, Now, 1), Sample.At(LabelSet.Of(("a", "b")), Now, 1), Sample.At(Rows, Now, 1)), Now);
        Assert.Equal((1, 2, 1), (report.Appended, report.Refused[SampleRefusal.LabelLimit], report.Refused[SampleRefusal.Unnamed]));
    }

    [Fact]
    public void Changed_series_are_listed_once_and_only_when_a_sample_was_kept()
    {
        using var head = new EmbeddedMetricStore(new MetricStoreOptions(), NullLogger.Instance);
        var other = Sample.Series("other");
        var report = head.Append(Sample.Frame(Sample.At(Rows, Now, 1), Sample.At(Rows, Now + 1, 2), Sample.At(other, Now + 86_400_000, 1)), Now);
        Assert.Equal([Rows], report.ChangedSeries);
    }

    [Fact]
    public void A_known_series_costs_no_allocation_for_each_sample()
    {
        using var head = new EmbeddedMetricStore(new MetricStoreOptions { AheadWindow = TimeSpan.FromDays(1) }, NullLogger.Instance);
        var frames = Enumerable.Range(0, 12).Select(round => Sample.Frame([.. Enumerable.Range(0, 500)
            .Select(i => Sample.At(Sample.Series("m", ("pipeline", $"p{i}"), ("environment", "prod")), Now + (round * 1_000), i))])).ToList();
        frames.Take(10).ToList().ForEach(frame => head.Append(frame, Now));
        var before = GC.GetAllocatedBytesForCurrentThread();
        head.Append(frames[10], Now);
        var perSample = (GC.GetAllocatedBytesForCurrentThread() - before) / 500.0;
        // The list of changed series grows to 500 references: 8 bytes each, copied while it doubles.
        Assert.InRange(perSample, 0, 40);
    }

    [Fact]
    public void Retention_ends_series_and_makes_room_for_new_ones()
    {
        using var head = new EmbeddedMetricStore(new MetricStoreOptions { MaximumSeries = 2_000, Retention = TimeSpan.FromHours(1) }, NullLogger.Instance);
        for (var i = 0; i < 2_000; i++)
        {
            head.Append([Sample.At(Sample.Series("m", ("run_id", $"{i}")), Now, i)], MetricKind.Gauge, Now);
        }
        var later = Now + 7_200_000;
        Assert.Equal(2_000, head.Retire(later));
        Assert.Equal((0, 0L), (head.SeriesCount, head.SampleCount));
        Assert.Equal(1, head.Append([Sample.At(Rows, later, 1)], MetricKind.Gauge, later).Appended);
        Assert.Equal([Rows], head.Series([], 0, long.MaxValue));
    }

    [Fact]
    public void Above_the_sample_limit_the_oldest_hours_go_first()
    {
        using var head = new EmbeddedMetricStore(new MetricStoreOptions { MaximumSamples = 10_000 }, NullLogger.Instance);
        var start = Now - (20 * 3_600_000L);
        for (var i = 0; i < 20_000; i++)
        {
            head.Append([Sample.At(Rows, start + (i * 3_600L), i)], MetricKind.Gauge, Now);
        }
        head.Retire(Now);
        Assert.InRange(head.SampleCount, 8_000, 10_000);
        Assert.Equal(19_999.0, head.Select([], 0, long.MaxValue)[0].Values.Span[^1]);
    }

    [Fact]
    public void Readers_beside_a_writer_see_whole_ascending_samples()
    {
        using var head = new EmbeddedMetricStore(new MetricStoreOptions { AheadWindow = TimeSpan.FromDays(10) }, NullLogger.Instance);
        using var done = new CancellationTokenSource();
        var faults = 0;
        var readers = Enumerable.Range(0, 2).Select(_ => new Thread(() =>
        {
            while (!done.IsCancellationRequested)
            {
                foreach (var series in head.Select([Sample.Named("m")], 0, long.MaxValue))
                {
                    var timestamps = series.Timestamps.Span;
                    var values = series.Values.Span;
                    for (var i = 0; i < timestamps.Length; i++)
                    {
                        // Each value was written as a function of its stamp, so a torn or misplaced one shows.
                        if (values[i] != timestamps[i] * 2.0 || (i > 0 && timestamps[i] <= timestamps[i - 1]))
                        {
                            Interlocked.Increment(ref faults);
                        }
                    }
                }
            }
        })).ToList();
        readers.ForEach(reader => reader.Start());
        var random = new Random(11);
        for (var i = 0; i < 30_000; i++)
        {
            var timestamp = Now + (i * 10) - (random.Next(4) == 0 ? random.Next(20_000) : 0);
            head.Append([Sample.At(Sample.Series("m", ("i", $"{i % 40}")), timestamp, timestamp * 2.0)], MetricKind.Gauge, Now);
        }
        done.Cancel();
        readers.ForEach(reader => reader.Join());
        Assert.Equal(0, faults);
        Assert.Equal(40, head.SeriesCount);
    }
}
