using Observability.Configuration;
using Observability.Contracts;
using Observability.Notifier.Channels.Email;
using Observability.Notifier.Channels.Preview;
using Observability.Notifier.Channels.Slack;
using Observability.Notifier.Channels.Webhook;

namespace Observability.Notifier.Channels;

/// <summary>Every channel that there is, one line each. What alerting.yaml configures and this list has not is kept in preview.</summary>
internal sealed class ChannelCatalog : IDisposable
{
    private readonly HttpEndpoint _http;
    private readonly Dictionary<string, IChannel> _byKind;

    public ChannelCatalog(TimeProvider time, IFileReader files)
    {
        _http = new HttpEndpoint(time, files);
        _byKind = new IChannel[]
        {
            new SlackChannel(_http, files),
            new EmailChannel(time, files),
            new WebhookChannel(_http, files),
            Preview,
        }.ToDictionary(channel => channel.Kind, StringComparer.Ordinal);
    }

    public PreviewChannel Preview { get; } = new();

    /// <summary>The integration as it is configured now, and the channel that delivers it; preview with the reason when it cannot.</summary>
    public ChannelChoice Choose(LoadedConfiguration configuration, string receiverName, string integrationName)
    {
        var readiness = configuration.Readiness.GetValueOrDefault(receiverName);
        if (readiness is null)
        {
            return new ChannelChoice(Preview, null, $"receiver '{receiverName}' is no longer configured");
        }
        var integration = configuration.Alerting.FindReceiver(receiverName)?.Integrations.FirstOrDefault(candidate => candidate.Name == integrationName);
        if (integration is null)
        {
            var reason = readiness.PreviewReason
                ?? (integrationName.StartsWith(Preview.Kind, StringComparison.Ordinal) ? "" : $"receiver '{receiverName}' no longer has {integrationName}");
            return new ChannelChoice(Preview, null, reason);
        }
        return Choose(integration);
    }

    /// <summary>
    /// The way to an address that heard the beginning and that its receiver no longer leads to: another receiver's integration, one of an earlier
    /// configuration, or what the intent itself says. Preview when its settings cannot be read.
    /// </summary>
    public ChannelChoice Choose(ActiveConfiguration configuration, ToldAddress address) =>
        (configuration.FindByAddress(address.Id) ?? IntegrationSettings.Read(address.Settings)) is { } integration
            ? Choose(integration)
            : new ChannelChoice(Preview, null, "the address that heard the beginning is no longer configured");

    private ChannelChoice Choose(Integration integration) =>
        _byKind.TryGetValue(integration.Kind, out var channel)
            ? new ChannelChoice(channel, integration, "")
            : new ChannelChoice(Preview, integration, $"{integration.Kind} is not delivered yet; this is what would be told");

    /// <summary>Attempts that may be under way at once for one endpoint of this kind.</summary>
    public int MostAtOnce(string integrationName)
    {
        var kind = integrationName.Split('[', 2)[0];
        return _byKind.TryGetValue(kind, out var channel) ? channel.MostAtOnce : Preview.MostAtOnce;
    }

    public void Dispose() => _http.Dispose();
}

/// <param name="Channel">Never null.</param>
/// <param name="Integration">Its settings; null in preview.</param>
/// <param name="PreviewReason">Why it is kept instead of sent; empty otherwise.</param>
internal sealed record ChannelChoice(IChannel Channel, Integration? Integration, string PreviewReason);
