using Microsoft.Extensions.Primitives;
using Observability.Collector.Normalizing;
using Observability.Collector.Forwarding;
using Observability.Collector.Metrics;
using Observability.Collector.Receiving;
using Observability.Collector.Receiving.Bodies;
using Observability.Collector.Receiving.LokiPush;
using Observability.Collector.Receiving.Otlp;
using Observability.Collector.Receiving.RemoteWrite;
using Observability.Collector.Sources;
using Observability.Collector.Spooling;
using Observability.Configuration;
using Observability.Durability;
using Observability.ServiceDefaults.Access;
using Observability.Telemetry;

namespace Observability.Collector;

/// <summary>
/// The way of a request, in order: Receiving (authenticate, read, inflate) → Sources or a decoder → Normalizing → Spooling, then the answer; spans and samples also → Forwarding.
/// Indexing and Publishing read the spool on their own. A step that refuses ends the way; nothing is stored before the last one, so nothing is half-stored.
/// </summary>
internal sealed class RecordPath(
    Func<CollectorConfiguration> configuration, BodyReader bodies, BodyInflater inflater, SnappyInflater snappy, WebhookAuthentication authentication,
    OtlpDecoderPool decoders, EventNormalizer normalizer, EnvironmentResolver environments, Spool spool, SourceActivity activity, TraceForwarding traces,
    MetricForwarding metrics, TimeProvider time)
{
    /// <summary>One OTLP request. The caller's role was checked.</summary>
    /// <returns>What to answer; the decoder's list of refused records is valid until it is returned to its pool, which <paramref name="answer"/> precedes.</returns>
    public async Task<Refusal?> TakeOtlpAsync(HttpContext context, OtlpSignal signal, MediaType encoding, Func<PartialSuccess, Task> answer)
    {
        var limits = ReceiveLimits.Of(configuration().Limits);
        // 1 Receiving
        var (body, refusal) = await ReadAsync(context, limits);
        if (body is null)
        {
            return refusal;
        }
        using var payload = body;
        var decoder = decoders.Rent();
        try
        {
            // 2 decoding, which normalizes each record as it writes it
            var frames = decoder.Decode(signal, encoding, payload.Array, payload.Length, limits, context.GetActor(), UnixTime.Nanoseconds(time));
            // 3 Spooling, and Forwarding of samples
            var priority = signal == OtlpSignal.Metrics ? AppendPriority.Normal : AppendPriority.Low;
            if (await SpoolAsync(context, frames, priority, "otlp", OtlpSignalText.Of(signal)) is { } full)
            {
                return full;
            }
            // 4 Forwarding, of requests that came from a sender and were taken whole: what our keys refuse is not slipped to the tracer
            if (signal == OtlpSignal.Traces && decoder.Partial.Rejected == 0 && !IsPassedOn(context))
            {
                traces.Offer(encoding, payload.Array.AsSpan(0, payload.Length));
            }
            // 5 answering
            await answer(decoder.Partial);
            return null;
        }
        catch (MalformedPayloadException exception)
        {
            return exception.Refusal;
        }
        finally
        {
            decoders.Return(decoder);
        }
    }

    /// <summary>One remote write request. The caller's role was checked.</summary>
    /// <returns>Why nothing of it was taken, or null after <paramref name="answer"/>, which is told the samples that were refused one by one.</returns>
    public async Task<Refusal?> TakeRemoteWriteAsync(HttpContext context, Func<PartialSuccess, Task> answer)
    {
        var limits = ReceiveLimits.Of(configuration().Limits);
        // 1 Receiving
        if (RemoteWriteProtocol.Check(context.Request) is { } unsupported)
        {
            return unsupported;
        }
        var (body, refusal) = await ReadSnappyAsync(context, limits);
        if (body is null)
        {
            return refusal;
        }
        using var payload = body;
        using var decoder = new RemoteWriteDecoder(environments);
        try
        {
            // 2 decoding, which normalizes each series as it writes it
            var frames = decoder.Decode(payload.Array, payload.Length, limits, context.GetActor(), UnixTime.Nanoseconds(time));
            // 3 Spooling and Forwarding
            if (await SpoolAsync(context, frames, AppendPriority.Normal, RemoteWriteDecoder.Source, "") is { } full)
            {
                return full;
            }
            // 4 answering
            await answer(decoder.Partial);
            return null;
        }
        catch (MalformedPayloadException exception)
        {
            return exception.Refusal;
        }
    }

    /// <summary>One push of Loki's. The caller's role was checked.</summary>
    /// <returns>Why nothing of it was taken, or null when all of it is on disk.</returns>
    public async Task<Refusal?> TakeLokiPushAsync(HttpContext context)
    {
        var limits = ReceiveLimits.Of(configuration().Limits);
        // 1 Receiving
        if (LokiPushProtocol.Check(context.Request, out var type) is { } unsupported)
        {
            return unsupported;
        }
        var (body, refusal) = type == MediaType.Protobuf ? await ReadSnappyAsync(context, limits) : await ReadAsync(context, limits);
        if (body is null)
        {
            return refusal;
        }
        using var payload = body;
        using var decoder = new LokiPushDecoder(environments);
        try
        {
            // 2 decoding, which normalizes each line as it writes it
            var frames = decoder.Decode(type, payload.Array, payload.Length, limits, context.GetActor(), UnixTime.Nanoseconds(time));
            // 3 Spooling
            return await SpoolAsync(context, frames, AppendPriority.Low, LokiPushDecoder.Source, "");
        }
        catch (MalformedPayloadException exception)
        {
            return exception.Refusal;
        }
    }

    /// <summary>One webhook delivery.</summary>
    public async Task<WebhookReceipt> TakeWebhookAsync(HttpContext context, ISource source, string endpointName)
    {
        var current = configuration();
        var limits = ReceiveLimits.Of(current.Limits);
        var endpoint = current.Sources.Find(source.Name, endpointName);
        // 1 Receiving
        var (body, json, refused) = await ReceiveWebhookAsync(context, source, endpoint, limits);
        if (refused is not null)
        {
            return refused;
        }
        using var payload = body;
        var (document, notJson) = JsonPayload.Parse(json, limits.JsonDepth);
        if (document is null)
        {
            return WebhookReceipt.Refused(notJson!);
        }
        using var parsed = document;
        // 2 Sources
        var received = UnixTime.Nanoseconds(time);
        var result = source.Read(new SourcePayload(parsed.RootElement, name => context.Request.Headers[name].ToString(), name => Last(context.Request.Query[name]), received / 1_000_000));
        // 3 Normalizing
        using var writers = new EnvironmentWriters();
        var fromAddress = Last(context.Request.Query["environment"]);
        var actor = context.GetActor();
        var normalized = result.Outcome switch
        {
            SourceOutcome.Understood => normalizer.Normalize(writers, source.Name, result.Events, endpoint, fromAddress, actor, received),
            SourceOutcome.NotUnderstood => DeadLetter(writers, source.Name, endpointName, result.Reason, json.Span, endpoint?.Environment ?? fromAddress, actor, received),
            _ => new NormalizedEvents([], "", null),
        };
        if (normalized.Refusal is { } forbidden)
        {
            return WebhookReceipt.Refused(forbidden);
        }
        // 4 Spooling
        if (normalized.Frames.Count > 0)
        {
            var priority = result.Outcome == SourceOutcome.Understood ? AppendPriority.Normal : AppendPriority.Low;
            if (await spool.AppendAsync(normalized.Frames, priority, context.RequestAborted) is { } full)
            {
                return WebhookReceipt.Refused(full);
            }
        }
        return new WebhookReceipt(result, normalized.LastEnvironment, null, null);
    }

    /// <summary>Whoever must show a key shows it before the body is read; a signature is over the body as sent.</summary>
    private async ValueTask<(BodyBuffer? Body, ReadOnlyMemory<byte> Json, WebhookReceipt? Refused)> ReceiveWebhookAsync(
        HttpContext context, ISource source, SourceEndpoint? endpoint, ReceiveLimits limits)
    {
        if (authentication.JudgeKey(context, endpoint) is { IsGranted: false } refusedKey)
        {
            return (null, default, WebhookReceipt.RefusedKey(refusedKey));
        }
        var (raw, refusal) = await bodies.ReadAsync(context.Request, limits, context.RequestAborted);
        if (raw is null)
        {
            return (null, default, WebhookReceipt.Refused(refusal!));
        }
        if (authentication.VerifySignature(context, source, endpoint, raw.Written) is { } forged)
        {
            raw.Dispose();
            return (null, default, WebhookReceipt.Refused(forged));
        }
        (var body, refusal) = inflater.Inflate(raw, context.Request.Headers.ContentEncoding, limits);
        if (body is null)
        {
            return (null, default, WebhookReceipt.Refused(refusal!));
        }
        var (json, malformed) = WebhookBody.Json(context.Request.ContentType, body.WrittenMemory, source);
        if (malformed is null)
        {
            return (body, json, null);
        }
        body.Dispose();
        return (null, default, WebhookReceipt.Refused(malformed));
    }

    private async ValueTask<BodyReading> ReadAsync(HttpContext context, ReceiveLimits limits)
    {
        var reading = await bodies.ReadAsync(context.Request, limits, context.RequestAborted);
        return reading.Body is { } raw ? inflater.Inflate(raw, context.Request.Headers.ContentEncoding, limits) : reading;
    }

    private async ValueTask<BodyReading> ReadSnappyAsync(HttpContext context, ReceiveLimits limits)
    {
        var reading = await bodies.ReadAsync(context.Request, limits, context.RequestAborted);
        return reading.Body is { } raw ? snappy.Inflate(raw, limits) : reading;
    }

    /// <summary>Null when the frames are on disk, or when there are none; their samples are then on their way to other stores, too.</summary>
    private async ValueTask<Refusal?> SpoolAsync(HttpContext context, IReadOnlyList<ReadOnlyMemory<byte>> frames, AppendPriority priority, string source, string endpoint)
    {
        if (frames.Count == 0)
        {
            return null;
        }
        if (await spool.AppendAsync(frames, priority, context.RequestAborted) is { } full)
        {
            return full;
        }
        if (!IsPassedOn(context))
        {
            metrics.Offer(frames);
        }
        var newest = TelemetryFrame.PeekHeader(frames[^1].Span);
        activity.Taken(source, endpoint, newest.Environment, newest.LogCount + newest.SampleCount);
        return null;
    }

    private static bool IsPassedOn(HttpContext context) => context.Request.Headers.ContainsKey(CopySender.PassedOnHeader);

    private NormalizedEvents DeadLetter(EnvironmentWriters writers, string source, string endpoint, string reason, ReadOnlySpan<byte> payload, string environmentWord, Actor actor, long received)
    {
        var environment = environments.Resolve(environmentWord);
        writers.Reset(source, actor, received);
        if (!actor.Covers(environment.Name) || writers.Of(environment.Name) is not { } writer)
        {
            return new NormalizedEvents([], "", new Refusal(RefusalKind.Forbidden, $"'{actor.Name}' may not write environment '{environment.Name}'"));
        }
        DeadLetterRow.Write(writer, environment.Name, source, endpoint, reason, payload, received);
        return new NormalizedEvents(writers.Finish(), environment.Name, null);
    }

    private static string Last(StringValues values) => values is [.., { } last] ? last : "";
}
