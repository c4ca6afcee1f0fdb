using System.Globalization;
using System.Text;
using System.Text.Json;
using Observability.Contracts;

namespace Observability.Notifier.Channels.Webhook;

/// <summary>
/// Alertmanager's webhook body, version 4 (https://prometheus.io/docs/alerting/latest/configuration/#webhook_config). It holds no key of ours: receivers
/// that were written for Alertmanager take it as it is.
/// </summary>
internal static class WebhookPayload
{
    private const string ZeroTime = "0001-01-01T00:00:00Z";

    public static string Of(NotificationIntent intent, int maximumAlerts, string externalUrl)
    {
        var alerts = maximumAlerts > 0 && intent.Alerts.Count > maximumAlerts ? [.. intent.Alerts.Take(maximumAlerts)] : intent.Alerts;
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("receiver", intent.Receiver);
            json.WriteString("status", intent.Alerts.Any(alert => alert.Firing) ? "firing" : "resolved");
            json.WriteStartArray("alerts");
            foreach (var alert in alerts)
            {
                WriteAlert(json, alert);
            }
            json.WriteEndArray();
            WriteTexts(json, "groupLabels", intent.GroupLabels);
            WriteTexts(json, "commonLabels", CommonOf(intent.Alerts, alert => alert.Labels));
            WriteTexts(json, "commonAnnotations", CommonOf(intent.Alerts, alert => alert.Annotations));
            json.WriteString("externalURL", externalUrl);
            json.WriteString("version", "4");
            json.WriteString("groupKey", intent.GroupKey);
            json.WriteNumber("truncatedAlerts", intent.Alerts.Count - alerts.Count + intent.OmittedAlerts);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static void WriteAlert(Utf8JsonWriter json, NoticeAlert alert)
    {
        json.WriteStartObject();
        json.WriteString("status", alert.Firing ? "firing" : "resolved");
        WriteTexts(json, "labels", alert.Labels);
        WriteTexts(json, "annotations", alert.Annotations);
        json.WriteString("startsAt", Moment(alert.StartsAt));
        json.WriteString("endsAt", alert.EndsAt is { } end ? Moment(end) : ZeroTime);
        json.WriteString("generatorURL", alert.GeneratorUrl);
        json.WriteString("fingerprint", alert.Fingerprint);
        json.WriteEndObject();
    }

    private static string Moment(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    private static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<KeyValuePair<string, string>> texts)
    {
        json.WriteStartObject(name);
        foreach (var (key, value) in texts.OrderBy(text => text.Key, StringComparer.Ordinal))
        {
            json.WriteString(key, value);
        }
        json.WriteEndObject();
    }

    private static IEnumerable<KeyValuePair<string, string>> CommonOf(IReadOnlyList<NoticeAlert> alerts, Func<NoticeAlert, IReadOnlyDictionary<string, string>> select) =>
        alerts.Count == 0 ? [] : select(alerts[0]).Where(text => alerts.All(alert => select(alert).TryGetValue(text.Key, out var value) && value == text.Value));
}
