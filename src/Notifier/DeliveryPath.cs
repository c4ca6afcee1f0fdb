using Observability.Notifier.Channels;
using Observability.Notifier.Recording;
using Observability.Notifier.Rendering;
using Observability.Configuration;

namespace Observability.Notifier;

/// <summary>
/// The way of a notice: <c>Consuming → Rendering → Delivering → Channels → Recording</c>. Consuming stores the intent and acknowledges it; Delivering
/// picks what is due and calls this for one attempt: render, record that an attempt begins, ask the channel, record what came of it.
/// </summary>
internal sealed class DeliveryPath(
    NoticeJournal journal, NoticeRenderer renderer, ChannelCatalog channels, ActiveConfiguration configuration, NotifierMetrics metrics,
    TimeProvider time, ILogger<DeliveryPath> logger)
{
    /// <summary>Attempts one notice once. What was recorded and how it ended; the caller decides whether and when there is another attempt.</summary>
    public async Task<AttemptedDelivery> AttemptAsync(StoredRow stored, CancellationToken cancellationToken)
    {
        // 1. Consuming has stored it.
        var intent = await journal.IntentAsync(stored.Row.Id, cancellationToken)
            ?? throw new InvalidOperationException($"notice {stored.Row.Id} has a row and no intent");

        // 2. Rendering, with the configuration of now.
        var current = configuration.Current;
        var choice = intent.Address is { } address ? channels.Choose(configuration, address) : channels.Choose(current, stored.Row.Receiver, stored.Row.Integration);
        var repeat = stored.Row.MayBeRepeat;
        var fallbackReason = stored.Row.FallbackOf.Length > 0 ? stored.Row.Reason : "";
        var rendering = renderer.Render(intent, choice.Integration, current, new NoticeContext(stored.Row.TellsTheBeginning, repeat, fallbackReason));
        foreach (var error in rendering.Rendered.TemplateErrors)
        {
            Log.TemplateFailed(logger, stored.Row.Receiver, stored.Row.Integration, error);
            metrics.TemplateFailed();
        }

        // 3. Recording, before the request: after a crash it is known that there may have been one.
        var attempt = new AttemptRow { At = time.GetUtcNow(), Epoch = journal.Epoch, PossibleRepeat = repeat };
        var attempting = await journal.ChangeAsync(
            stored with { Row = stored.Row with { Attempts = [.. stored.Row.Attempts, attempt] } }, cancellationToken, rendering.Rendered);

        // 4. The channel.
        var started = time.GetTimestamp();
        var delivery = new Delivery
        {
            Intent = intent,
            Integration = choice.Integration,
            Configuration = current,
            Notice = rendering.Notice,
            Rendered = rendering.Rendered,
            Texts = rendering.Texts,
        };
        var result = await choice.Channel.AttemptAsync(delivery, cancellationToken);
        var duration = time.GetElapsedTime(started);
        metrics.Attempted(choice.Channel.Kind, result.Outcome, duration);

        // 5. Recording is completed by the caller together with the status that follows from the result.
        var completed = attempt with
        {
            Outcome = result.Outcome,
            Detail = result.Detail,
            DurationMilliseconds = Math.Round(duration.TotalMilliseconds, 1),
            MayHaveArrived = result.MayHaveArrived,
        };
        var row = attempting.Row with { Attempts = [.. attempting.Row.Attempts.SkipLast(1), completed] };
        return new AttemptedDelivery(attempting with { Row = row }, result, choice.PreviewReason, choice.Channel == channels.Preview);
    }
}

/// <param name="Row">With the completed attempt, not stored yet.</param>
/// <param name="Result">How it ended.</param>
/// <param name="PreviewReason">Why it was kept; may be empty in preview.</param>
/// <param name="IsKept">It went to preview.</param>
internal sealed record AttemptedDelivery(StoredRow Row, DeliveryResult Result, string PreviewReason, bool IsKept);
