namespace Observability.Collector.Tests.Support;

/// <summary>A remote write request as a sender makes it: series with labels and samples, then one snappy block.</summary>
internal sealed class WriteRequest
{
    private readonly ProtobufBytes _request = new();

    public static WriteRequest Of(params (string Name, string Value)[] labels) => new WriteRequest().Series(labels, (1_795_231_866_512, 1));

    public WriteRequest Series((string Name, string Value)[] labels, params (long Timestamp, double Value)[] samples)
    {
        _request.Message(1, series =>
        {
            foreach (var (name, value) in labels)
            {
                series.Message(1, label => label.Text(1, name).Text(2, value));
            }
            foreach (var (timestamp, value) in samples)
            {
                series.Message(2, sample => sample.Double(1, value).Varint(2, (ulong)timestamp));
            }
        });
        return this;
    }

    /// <summary>A series with a native histogram, whose content nobody looks at.</summary>
    public WriteRequest Histogram(string name)
    {
        _request.Message(1, series => series.Message(1, label => label.Text(1, "__name__").Text(2, name)).Message(4, histogram => histogram.Varint(1, 7)));
        return this;
    }

    public WriteRequest Metadata(string family)
    {
        _request.Message(3, metadata => metadata.Varint(1, 1).Text(2, family).Text(4, "help"));
        return this;
    }

    public byte[] Message() => _request.ToArray();

    public byte[] Body() => IronSnappy.Snappy.Encode(Message());
}
