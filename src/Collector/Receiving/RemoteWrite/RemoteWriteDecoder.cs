using System.Globalization;
using Observability.Collector.Normalizing;
using Observability.Collector.Receiving.Otlp;
using Observability.Collector.Receiving.Otlp.Protobuf;
using Observability.ServiceDefaults.Access;

namespace Observability.Collector.Receiving.RemoteWrite;

/// <summary>
/// Turns one <c>prometheus.WriteRequest</c> (prometheus/prompb/remote.proto and types.proto, remote write 1.0) into finished frames, one for each environment.
/// Metadata and exemplars are passed over. A series that can never be taken is left out and told; the others are kept.
/// </summary>
internal sealed class RemoteWriteDecoder : IDisposable
{
    /// <summary>Of frames, metrics and <c>/api/v1/sources</c>.</summary>
    public const string Source = "remote-write";

    private readonly EnvironmentWriters _writers = new();
    private readonly RemoteWriteSeries _series;
    private int _samples;

    public RemoteWriteDecoder(EnvironmentResolver environments) => _series = new RemoteWriteSeries(_writers, environments);

    /// <summary>Samples of the last request that were refused.</summary>
    public PartialSuccess Partial { get; } = new();

    /// <returns>Finished frames, valid until the next call; empty when there was no sample or every one was refused.</returns>
    /// <exception cref="MalformedPayloadException">The request is refused as a whole.</exception>
    public IReadOnlyList<ReadOnlyMemory<byte>> Decode(byte[] payload, int length, ReceiveLimits limits, Actor actor, long receivedUnixNanoseconds)
    {
        _writers.Reset(Source, actor, receivedUnixNanoseconds);
        _series.Reset(payload, length, limits);
        Partial.Reset();
        _samples = 0;
        var request = new ProtobufReader(payload.AsSpan(0, length));
        while (request.MoveNext())
        {
            if (request.Field == 1)
            {
                ReadSeries(request.ReadMessage("WriteRequest.timeseries"), limits);
            }
            else
            {
                request.Skip();
            }
        }
        return _writers.Finish();
    }

    public void Dispose() => _writers.Dispose();

    private void ReadSeries(ProtobufReader reader, ReceiveLimits limits)
    {
        _series.Begin();
        var histograms = 0;
        while (reader.MoveNext())
        {
            switch (reader.Field)
            {
                case 1:
                    ReadLabel(reader.ReadMessage("TimeSeries.labels"));
                    break;
                case 2:
                    Count(limits);
                    ReadSample(reader.ReadMessage("TimeSeries.samples"));
                    break;
                case 4:
                    Count(limits);
                    reader.Skip();
                    histograms++;
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
        if (histograms > 0)
        {
            Partial.Reject("native histograms are not stored; let the classic buckets be scraped (scrape_classic_histograms) and set send_native_histograms: false", histograms);
        }
        if (_series.SampleCount > 0 && _series.Write() is { } refusal)
        {
            Partial.Reject(refusal, _series.SampleCount);
        }
    }

    private void Count(ReceiveLimits limits)
    {
        if (++_samples > limits.RecordsPerRequest)
        {
            throw new MalformedPayloadException(
                $"the request holds more than {limits.RecordsPerRequest} samples (limits.records_per_request in settings.yaml); lower queue_config.max_samples_per_send",
                string.Create(CultureInfo.InvariantCulture, $"sample {_samples}"), RefusalKind.TooLarge);
        }
    }

    private void ReadLabel(ProtobufReader reader)
    {
        (int Offset, int Length) name = default;
        (int Offset, int Length) value = default;
        while (reader.MoveNext())
        {
            switch (reader.Field)
            {
                case 1:
                    name = reader.ReadBytes("Label.name");
                    break;
                case 2:
                    value = reader.ReadBytes("Label.value");
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
        _series.AddLabel(name, value);
    }

    private void ReadSample(ProtobufReader reader)
    {
        double value = 0;
        long timestamp = 0;
        while (reader.MoveNext())
        {
            switch (reader.Field)
            {
                case 1:
                    // The bits as they are: a staleness marker is one NaN among many.
                    value = reader.ReadDouble("Sample.value");
                    break;
                case 2:
                    timestamp = (long)reader.ReadVarint("Sample.timestamp");
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
        _series.AddSample(timestamp, value);
    }
}
