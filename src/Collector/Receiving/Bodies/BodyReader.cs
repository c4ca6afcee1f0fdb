using System.Globalization;
using Microsoft.AspNetCore.Http.Features;

namespace Observability.Collector.Receiving.Bodies;

/// <summary>Reads a request's body into memory, exactly as sent (signatures are over those bytes), and gives up at the limit instead of at the end.</summary>
internal sealed class BodyReader(BodyBufferPool pool)
{
    private const int MaximumAnnounced = 1 << 20;

    /// <summary>The bytes as sent, still encoded.</summary>
    public async ValueTask<BodyReading> ReadAsync(HttpRequest request, ReceiveLimits limits, CancellationToken cancellationToken)
    {
        if (request.ContentLength > limits.RequestBytes)
        {
            return TooLarge(limits);
        }
        // Ours holds, not the server's 30 MB: the answer must name the setting that decides.
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } serverLimit)
        {
            serverLimit.MaxRequestBodySize = null;
        }
        // What is announced is not yet sent: a header alone must not take the memory of a big body.
        if (BodyBuffer.TryRent(pool, (int)Math.Min(request.ContentLength ?? BodyBufferPool.SmallestBytes, MaximumAnnounced)) is not { } buffer)
        {
            return BodyReading.OutOfMemory;
        }
        var refused = false;
        try
        {
            while (true)
            {
                var read = await request.BodyReader.ReadAsync(cancellationToken);
                var isTooLarge = buffer.Length + read.Buffer.Length > limits.RequestBytes;
                refused = isTooLarge || !buffer.TryEnsureFree((int)read.Buffer.Length);
                if (refused)
                {
                    request.BodyReader.AdvanceTo(read.Buffer.End);
                    return isTooLarge ? TooLarge(limits) : BodyReading.OutOfMemory;
                }
                foreach (var segment in read.Buffer)
                {
                    segment.Span.CopyTo(buffer.Free);
                    buffer.Advance(segment.Length);
                }
                request.BodyReader.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                {
                    return BodyReading.Of(buffer);
                }
            }
        }
        catch
        {
            refused = true;
            throw;
        }
        finally
        {
            if (refused)
            {
                buffer.Dispose();
            }
        }
    }

    private static BodyReading TooLarge(ReceiveLimits limits) => BodyReading.Refused(RefusalKind.TooLarge, string.Create(CultureInfo.InvariantCulture,
        $"the request is bigger than {limits.RequestBytes} bytes (limits.request_bytes in settings.yaml); send smaller batches"));
}
