using System.Globalization;
using System.IO.Compression;

namespace Observability.Collector.Receiving.Bodies;

/// <summary>Undoes Content-Encoding. Stops as soon as the limit is passed: a kilobyte can inflate to a gigabyte.</summary>
internal sealed class BodyInflater(BodyBufferPool pool)
{
    private const int ChunkBytes = 64 << 10;

    /// <summary>Takes over <paramref name="encoded"/>: it is disposed, or is the result.</summary>
    public BodyReading Inflate(BodyBuffer encoded, string? contentEncoding, ReceiveLimits limits)
    {
        var encoding = contentEncoding?.Trim().ToLowerInvariant() ?? "";
        if (encoding is "" or "identity")
        {
            return BodyReading.Of(encoded);
        }
        using (encoded)
        {
            if (encoding is not ("gzip" or "x-gzip" or "deflate"))
            {
                return BodyReading.Refused(RefusalKind.UnsupportedContentType, $"Content-Encoding '{contentEncoding}' is not read here; use gzip, deflate or identity");
            }
            using var input = new MemoryStream(encoded.Array, 0, encoded.Length, writable: false);
            // HTTP's "deflate" is the zlib format (RFC 9110, 8.4.1.2).
            using Stream inflating = encoding == "deflate" ? new ZLibStream(input, CompressionMode.Decompress) : new GZipStream(input, CompressionMode.Decompress);
            return Read(inflating, encoded.Length, encoding, limits);
        }
    }

    private BodyReading Read(Stream inflating, int encodedLength, string encoding, ReceiveLimits limits)
    {
        // Telemetry shrinks three to four times; a wrong guess costs one copy.
        if (BodyBuffer.TryRent(pool, (int)Math.Min(encodedLength * 4L, limits.InflatedBytes)) is not { } inflated)
        {
            return BodyReading.OutOfMemory;
        }
        var keep = false;
        try
        {
            while (true)
            {
                if (inflated.Free.Length == 0 && !inflated.TryEnsureFree(ChunkBytes))
                {
                    return BodyReading.OutOfMemory;
                }
                var count = inflating.Read(inflated.Free);
                if (count == 0)
                {
                    keep = true;
                    return BodyReading.Of(inflated);
                }
                inflated.Advance(count);
                if (inflated.Length > limits.InflatedBytes)
                {
                    return BodyReading.Refused(RefusalKind.TooLarge, string.Create(CultureInfo.InvariantCulture,
                        $"the body inflates to more than {limits.InflatedBytes} bytes (limits.inflated_bytes in settings.yaml); send smaller batches"));
                }
            }
        }
        catch (InvalidDataException exception)
        {
            return BodyReading.Refused(RefusalKind.Malformed, $"the body is not valid {encoding}: {exception.Message}",
                string.Create(CultureInfo.InvariantCulture, $"inflated byte {inflated.Length}"));
        }
        finally
        {
            if (!keep)
            {
                inflated.Dispose();
            }
        }
    }
}
