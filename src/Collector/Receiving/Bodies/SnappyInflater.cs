using System.Globalization;

namespace Observability.Collector.Receiving.Bodies;

/// <summary>
/// Undoes the encoding of remote write and of Loki push: one snappy block, whatever HTTP's name for it says. A block announces its length, so the limit is checked before
/// anything is inflated, and memory is taken from the pool that all requests share.
/// </summary>
internal sealed class SnappyInflater(BodyBufferPool pool)
{
    /// <summary>Takes over <paramref name="encoded"/>, which is disposed.</summary>
    public BodyReading Inflate(BodyBuffer encoded, ReceiveLimits limits)
    {
        using (encoded)
        {
            if (SnappyBlock.ReadLength(encoded.Written) is not (var length, var elementsAt))
            {
                return BodyReading.Refused(RefusalKind.Malformed, "the body is not one snappy block: it does not begin with the length of its content", "byte 0");
            }
            if (length > limits.InflatedBytes)
            {
                return BodyReading.Refused(RefusalKind.TooLarge, string.Create(CultureInfo.InvariantCulture,
                    $"the body inflates to {length} bytes, more than {limits.InflatedBytes} (limits.inflated_bytes in settings.yaml); send smaller batches"));
            }
            if (BodyBuffer.TryRent(pool, (int)length) is not { } inflated)
            {
                return BodyReading.OutOfMemory;
            }
            if (SnappyBlock.Decode(encoded.Written, elementsAt, inflated.Free[..(int)length]) is { } fault)
            {
                inflated.Dispose();
                return BodyReading.Refused(RefusalKind.Malformed, $"the body is not one snappy block: {fault.Reason}",
                    string.Create(CultureInfo.InvariantCulture, $"byte {fault.Position}"));
            }
            inflated.Advance((int)length);
            return BodyReading.Of(inflated);
        }
    }
}
