using Observability.Configuration.Yaml;

namespace Observability.Configuration;

/// <summary>Reads an entry of <c>pagerduty_configs</c>.</summary>
internal static class PagerDutyReader
{
    public static PagerDutyIntegration Read(MappingReader mapping, IntegrationPlace place, GlobalSettings global)
    {
        var integration = new PagerDutyIntegration
        {
            Kind = place.Kind,
            Index = place.Index,
            Line = place.Line,
            SendResolved = mapping.Flag("send_resolved", otherwise: true),
            RoutingKey = SecretReader.Read(mapping, "routing_key", "routing_key_file"),
            ServiceKey = SecretReader.Read(mapping, "service_key", "service_key_file"),
            Url = mapping.Url("url") ?? global.PagerDutyUrl,
            Http = HttpClientReader.Read(mapping, "http_config", global.Http),
            Client = mapping.Text("client"),
            ClientUrl = mapping.Text("client_url"),
            Description = mapping.Text("description"),
            Severity = mapping.Text("severity"),
            Source = mapping.Text("source"),
            Class = mapping.Text("class"),
            Component = mapping.Text("component"),
            Group = mapping.Text("group"),
            Details = mapping.TextMap("details"),
            Images = [.. mapping.Items("images").Select(ReadImage).OfType<PagerDutyImage>()],
            Links = [.. mapping.Items("links").Select(ReadLink).OfType<PagerDutyLink>()],
            Timeout = mapping.Duration("timeout") ?? TimeSpan.Zero,
        };
        if (integration.RoutingKey is null && integration.ServiceKey is null && !mapping.Has("routing_key") && !mapping.Has("service_key"))
        {
            mapping.Error("needs a key: routing_key or routing_key_file (Events API v2), or service_key or service_key_file (Prometheus integration)");
        }
        return integration;
    }

    private static PagerDutyImage? ReadImage(NodeReader item)
    {
        if (item.AsMapping() is not { } mapping)
        {
            return null;
        }
        var image = new PagerDutyImage(mapping.Text("src"), mapping.Text("alt"), mapping.Text("href"));
        mapping.Finish();
        return image;
    }

    private static PagerDutyLink? ReadLink(NodeReader item)
    {
        if (item.AsMapping() is not { } mapping)
        {
            return null;
        }
        var link = new PagerDutyLink(mapping.Text("href"), mapping.Text("text"));
        mapping.Finish();
        return link;
    }
}

/// <summary>Reads an entry of <c>opsgenie_configs</c>.</summary>
internal static class OpsgenieReader
{
    private static readonly string[] s_responderTypes = ["team", "teams", "user", "escalation", "schedule"];

    public static OpsgenieIntegration Read(MappingReader mapping, IntegrationPlace place, GlobalSettings global)
    {
        var url = mapping.Url("api_url") ?? global.OpsgenieApiUrl;
        var integration = new OpsgenieIntegration
        {
            Kind = place.Kind,
            Index = place.Index,
            Line = place.Line,
            SendResolved = mapping.Flag("send_resolved", otherwise: true),
            ApiKey = SecretReader.Read(mapping, "api_key", "api_key_file") ?? global.OpsgenieApiKey,
            ApiUrl = url.EndsWith('/') ? url : url + "/",
            Http = HttpClientReader.Read(mapping, "http_config", global.Http),
            Message = mapping.Text("message"),
            Description = mapping.Text("description"),
            Source = mapping.Text("source"),
            Details = mapping.TextMap("details"),
            Responders = [.. mapping.Items("responders").Select(ReadResponder).OfType<OpsgenieResponder>()],
            Tags = mapping.Text("tags"),
            Note = mapping.Text("note"),
            Priority = mapping.Text("priority"),
            Entity = mapping.Text("entity"),
            Actions = mapping.Text("actions"),
            UpdateAlerts = mapping.Flag("update_alerts", otherwise: false),
        };
        if (integration.ApiKey is null && !mapping.Has("api_key"))
        {
            mapping.Error("has no key: write api_key or api_key_file here, or opsgenie_api_key or opsgenie_api_key_file under global");
        }
        return integration;
    }

    private static OpsgenieResponder? ReadResponder(NodeReader item)
    {
        if (item.AsMapping() is not { } mapping)
        {
            return null;
        }
        var type = mapping.Text("type") ?? "";
        // A template is judged when it is rendered.
        if (!type.Contains("{{", StringComparison.Ordinal))
        {
            type = type.ToLowerInvariant();
            if (!s_responderTypes.Contains(type))
            {
                mapping.Error("type", $"must be one of {string.Join(", ", s_responderTypes)}, not '{type}'");
            }
        }
        var responder = new OpsgenieResponder(mapping.Text("id"), mapping.Text("name"), mapping.Text("username"), type);
        if (string.IsNullOrEmpty(responder.Id) && string.IsNullOrEmpty(responder.Name) && string.IsNullOrEmpty(responder.Username))
        {
            mapping.Error("names nobody: write id, name or username");
        }
        mapping.Finish();
        return responder;
    }
}
