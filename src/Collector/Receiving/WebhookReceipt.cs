using Observability.Collector.Sources;
using Observability.ServiceDefaults.Access;

namespace Observability.Collector.Receiving;

/// <summary>What became of a webhook delivery; exactly one of the results is set.</summary>
/// <param name="Result">Read, and stored where it is worth storing.</param>
/// <param name="LastEnvironment">Of its last event.</param>
/// <param name="Refusal">Not taken.</param>
/// <param name="Access">Not taken, for want of a key.</param>
internal sealed record WebhookReceipt(SourceResult? Result, string LastEnvironment, Refusal? Refusal, AccessVerdict? Access)
{
    public static WebhookReceipt Refused(Refusal refusal) => new(null, "", refusal, null);

    public static WebhookReceipt RefusedKey(AccessVerdict verdict) => new(null, "", null, verdict);
}
