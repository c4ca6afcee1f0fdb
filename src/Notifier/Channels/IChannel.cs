using Observability.Configuration;
using Observability.Contracts;
using Observability.Notifier.Rendering;

namespace Observability.Notifier.Channels;

/// <summary>One way to reach people. Does one attempt; pauses, repeats and records are Delivering's.</summary>
internal interface IChannel
{
    /// <summary>The kind in an integration's name: <c>slack</c> of <c>slack[0]</c>.</summary>
    string Kind { get; }

    /// <summary>Attempts under way at once for one endpoint.</summary>
    int MostAtOnce { get; }

    /// <summary>
    /// Attempts one delivery. What can be expected to fail is a result; an exception is a bug, or <see cref="OperationCanceledException"/> when
    /// <paramref name="cancellationToken"/> (the end of the process) is cancelled.
    /// </summary>
    Task<DeliveryResult> AttemptAsync(Delivery delivery, CancellationToken cancellationToken);
}

/// <summary>Everything that one attempt needs.</summary>
internal sealed record Delivery
{
    public required NotificationIntent Intent { get; init; }

    /// <summary>The integration's settings now; null for preview.</summary>
    public required Integration? Integration { get; init; }

    public required LoadedConfiguration Configuration { get; init; }

    public required Notice Notice { get; init; }

    public required RenderedNotice Rendered { get; init; }

    public required NoticeTexts Texts { get; init; }
}
