using Observability.Configuration.Yaml;

namespace Observability.Configuration;

/// <summary>Reads an entry of <c>webhook_configs</c>.</summary>
internal static class WebhookReader
{
    public static WebhookIntegration Read(MappingReader mapping, IntegrationPlace place, GlobalSettings global)
    {
        var url = SecretReader.Read(mapping, "url", "url_file", isUrl: true);
        if (url is null && !mapping.Has("url"))
        {
            mapping.Error("has no address: write url or url_file");
        }
        return new WebhookIntegration
        {
            Kind = place.Kind,
            Index = place.Index,
            Line = place.Line,
            SendResolved = mapping.Flag("send_resolved", otherwise: true),
            Url = url ?? Secret.FromText(""),
            Http = HttpClientReader.Read(mapping, "http_config", global.Http),
            MaximumAlerts = mapping.Integer("max_alerts", otherwise: 0),
            Timeout = mapping.Duration("timeout") ?? TimeSpan.Zero,
        };
    }
}

/// <summary>Reads an entry of <c>msteams_configs</c> or <c>msteamsv2_configs</c>; the latter has no summary.</summary>
internal static class TeamsReader
{
    public static TeamsIntegration Read(MappingReader mapping, IntegrationPlace place, GlobalSettings global)
    {
        var url = SecretReader.Read(mapping, "webhook_url", "webhook_url_file", isUrl: true);
        if (url is null && !mapping.Has("webhook_url"))
        {
            mapping.Error("has no address: write webhook_url or webhook_url_file");
        }
        return new TeamsIntegration
        {
            Kind = place.Kind,
            Index = place.Index,
            Line = place.Line,
            SendResolved = mapping.Flag("send_resolved", otherwise: true),
            WebhookUrl = url ?? Secret.FromText(""),
            Http = HttpClientReader.Read(mapping, "http_config", global.Http),
            Title = mapping.Text("title"),
            Summary = place.Kind == "msteams" ? mapping.Text("summary") : null,
            Text = mapping.Text("text"),
        };
    }
}
