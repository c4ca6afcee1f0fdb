using Observability.Configuration;

namespace Observability.Notifier.Channels.Webhook;

/// <summary>A POST of Alertmanager's JSON (version 4) to any address.</summary>
internal sealed class WebhookChannel(HttpEndpoint http, IFileReader files) : IChannel
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(10);

    public string Kind => "webhook";

    /// <summary>Programs answer fast and groups are independent of each other: a burst need not queue up behind one slow answer.</summary>
    public int MostAtOnce => 8;

    public Task<DeliveryResult> AttemptAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        var settings = (WebhookIntegration)delivery.Integration!;
        var url = settings.Url.Read(files);
        if (url.Value is null)
        {
            return Task.FromResult(new DeliveryResult(DeliveryOutcome.Misconfigured, url.Problem!));
        }
        var json = WebhookPayload.Of(delivery.Intent, settings.MaximumAlerts, delivery.Configuration.Settings.ExternalUrl);
        var timeout = settings.Timeout > TimeSpan.Zero ? settings.Timeout : DefaultTimeout;
        return http.PostJsonAsync(new HttpDelivery(url.Value, settings.Http, json, timeout), cancellationToken);
    }
}
