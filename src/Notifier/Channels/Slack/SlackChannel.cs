using Observability.Configuration;

namespace Observability.Notifier.Channels.Slack;

/// <summary>Slack's incoming webhooks: one POST a message. They answer <c>ok</c>, cannot change a message and do not say its id.</summary>
internal sealed class SlackChannel(HttpEndpoint http, IFileReader files) : IChannel
{
    /// <summary>Slack's answers take half a second at worst; ten are a fault.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    public string Kind => "slack";

    /// <summary>One: messages of a channel appear in the order in which they were decided.</summary>
    public int MostAtOnce => 1;

    public Task<DeliveryResult> AttemptAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        var settings = (SlackIntegration)delivery.Integration!;
        if (settings.ApiUrl is not { } secret)
        {
            return Task.FromResult(new DeliveryResult(DeliveryOutcome.Misconfigured, "no api_url"));
        }
        var url = secret.Read(files);
        return url.Value is null
            ? Task.FromResult(new DeliveryResult(DeliveryOutcome.Misconfigured, url.Problem!))
            : http.PostJsonAsync(new HttpDelivery(url.Value, settings.Http, delivery.Rendered.Slack, Timeout), cancellationToken);
    }
}
