using System.Security.Cryptography;
using System.Text;

namespace Observability.Configuration;

/// <summary>
/// Where an integration leads, apart from what it is called: two integrations with one address reach the same people. A secret counts by its file, so that
/// a rotated one is the same address; one that stands literally in alerting.yaml counts by its value.
/// </summary>
public static class IntegrationAddress
{
    /// <summary>Sixteen hex digits. A hash, so that it may be stored and sent: a webhook's URL is a secret.</summary>
    public static string IdOf(Integration integration)
    {
        ArgumentNullException.ThrowIfNull(integration);
        string[] parts = integration switch
        {
            SlackIntegration slack => [Of(slack.ApiUrl), Of(slack.Http.Authorization?.Credentials), slack.Channel],
            EmailIntegration email => [email.To],
            WebhookIntegration webhook => [Of(webhook.Url)],
            PagerDutyIntegration pagerDuty => [Of(pagerDuty.RoutingKey), Of(pagerDuty.ServiceKey), pagerDuty.Url],
            OpsgenieIntegration opsgenie => [Of(opsgenie.ApiKey), opsgenie.ApiUrl],
            TeamsIntegration teams => [Of(teams.WebhookUrl)],
            _ => throw new ArgumentException($"{integration.GetType().Name} has no address yet", nameof(integration)),
        };
        var text = new StringBuilder(integration.Kind);
        foreach (var part in parts)
        {
            text.Append('\n').Append(part.Length).Append(':').Append(part);
        }
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()))[..8]);
    }

    private static string Of(Secret? secret) => secret?.Identity ?? "";
}
