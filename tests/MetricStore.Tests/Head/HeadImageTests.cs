using Microsoft.Extensions.Logging.Abstractions;
using Observability.Telemetry;

namespace Observability.MetricStore.Tests.Head;

public sealed class HeadImageTests
{
    [Fact]
    public void A_restored_head_holds_the_samples_of_the_moment_of_capture_and_goes_on()
    {
        var random = new Random(5);
        using var head = new EmbeddedMetricStore(new MetricStoreOptions(), NullLogger.Instance);
        for (var i = 0; i < 5_000; i++)
        {
            var value = random.Next(50) == 0 ? StalenessMarker.Value : random.NextDouble();
            head.Append([Sample.At(Sample.Series("m", ("i", $"{i % 17}"), ("ä", "ö")), Sample.Now + (i * 100), value)], MetricKind.Counter, Sample.Now + (i * 100));
        }
        var expected = Sample.Dump(head);
        var image = head.Capture();
        head.Append([Sample.At(Sample.Series("m", ("i", "0"), ("ä", "ö")), Sample.Now + 500_001, 1), Sample.At(Sample.Series("new"), Sample.Now, 1)], MetricKind.Gauge, Sample.Now + 500_000);
        using var file = new MemoryStream();
        image.WriteTo(file);
        file.Position = 0;

        using var restored = new EmbeddedMetricStore(new MetricStoreOptions(), NullLogger.Instance);
        restored.Restore(file, sequence: 0);

        Assert.Equal(expected, Sample.Dump(restored));
        Assert.Equal((17, 5_000L, MetricKind.Counter), (restored.SeriesCount, restored.SampleCount, restored.Metadata()["m"]));
        Assert.Equal(1, restored.Append([Sample.At(Sample.Series("m", ("i", "3"), ("ä", "ö")), Sample.Now + 600_000, 1)], MetricKind.Counter, Sample.Now + 600_000).Appended);
        Assert.Equal(17, restored.SeriesCount);
    }

    [Fact]
    public void A_newer_version_is_refused_with_the_way_out()
    {
        using var head = new EmbeddedMetricStore(new MetricStoreOptions(), NullLogger.Instance);
        using var file = new MemoryStream([0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0]);
        var refused = Assert.Throws<InvalidDataException>(() => head.Restore(file, sequence: 0));
        Assert.Contains("upgrade it first", refused.Message, StringComparison.Ordinal);
    }
}
