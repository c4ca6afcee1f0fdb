namespace Observability.Notifier.Channels;

/// <summary>How one attempt ended. Also the value of a metric label and of <c>outcome</c> in <c>/api/v1/notices</c>: members are only added.</summary>
public enum DeliveryOutcome
{
    /// <summary>The other side said that it has the notice.</summary>
    Delivered,

    /// <summary>"Not now": HTTP 429, SMTP 4yz. Asked again when the other side said, else with growing pauses.</summary>
    RateLimited,

    /// <summary>"Never": the request was understood and will not be accepted. Not asked again.</summary>
    Refused,

    /// <summary>No answer could be had, or the other side is broken (HTTP 5xx).</summary>
    Unreachable,

    /// <summary>The request went out and the answer did not come in time: it may have arrived.</summary>
    TimedOut,

    /// <summary>Our own settings keep the request from being made: a secret file that is gone, a recipient that renders to nothing.</summary>
    Misconfigured,
}

/// <summary>What one attempt brought.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Detail">For people: the other side's words, cut; never a secret.</param>
/// <param name="RetryAfter">When the other side wants to be asked again.</param>
/// <param name="MayHaveArrived">It failed after the request was on its way: the next attempt may be a repeat.</param>
public sealed record DeliveryResult(DeliveryOutcome Outcome, string Detail = "", TimeSpan? RetryAfter = null, bool MayHaveArrived = false)
{
    /// <summary>Longer answers are pages of HTML from a proxy; their beginning says enough.</summary>
    private const int MostDetailCharacters = 300;

    public static DeliveryResult Success { get; } = new(DeliveryOutcome.Delivered);

    public string Detail { get; } = Detail.Length <= MostDetailCharacters ? Detail : Detail[..MostDetailCharacters] + "…";

    public bool MayRetry => Outcome is DeliveryOutcome.RateLimited or DeliveryOutcome.Unreachable or DeliveryOutcome.TimedOut;
}
