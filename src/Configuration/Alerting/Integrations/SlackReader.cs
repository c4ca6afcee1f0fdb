using Observability.Configuration.Yaml;

namespace Observability.Configuration;

/// <summary>Reads an entry of <c>slack_configs</c>.</summary>
internal static class SlackReader
{
    public static SlackIntegration Read(MappingReader mapping, IntegrationPlace place, GlobalSettings global)
    {
        var ownUrl = SecretReader.Read(mapping, "api_url", "api_url_file", isUrl: true);
        var integration = new SlackIntegration
        {
            Kind = place.Kind,
            Index = place.Index,
            Line = place.Line,
            SendResolved = mapping.Flag("send_resolved", otherwise: false),
            ApiUrl = ownUrl ?? global.SlackApiUrl,
            Http = HttpClientReader.Read(mapping, "http_config", global.Http),
            Channel = mapping.Text("channel") ?? "",
            Username = mapping.Text("username"),
            Color = mapping.Text("color"),
            Title = mapping.Text("title"),
            TitleLink = mapping.Text("title_link"),
            Pretext = mapping.Text("pretext"),
            Text = mapping.Text("text"),
            Footer = mapping.Text("footer"),
            Fallback = mapping.Text("fallback"),
            CallbackId = mapping.Text("callback_id"),
            IconEmoji = mapping.Text("icon_emoji"),
            IconUrl = mapping.Text("icon_url"),
            ImageUrl = mapping.Text("image_url"),
            ThumbUrl = mapping.Text("thumb_url"),
            LinkNames = mapping.Flag("link_names", otherwise: false),
            ShortFields = mapping.Flag("short_fields", otherwise: false),
            MarkdownIn = mapping.Texts("mrkdwn_in"),
            Fields = [.. mapping.Items("fields").Select(ReadField).OfType<SlackField>()],
            Actions = [.. mapping.Items("actions").Select(ReadAction).OfType<SlackAction>()],
        };
        if (integration.ApiUrl is null && !mapping.Has("api_url"))
        {
            mapping.Error("has no address: write api_url or api_url_file here, or slack_api_url or slack_api_url_file under global");
        }
        return integration;
    }

    private static SlackField? ReadField(NodeReader item)
    {
        if (item.AsMapping() is not { } mapping)
        {
            return null;
        }
        var field = new SlackField(
            mapping.RequiredText("title", "the heading of the field"),
            mapping.RequiredText("value", "the text of the field"),
            mapping.Value("short")?.AsFlag());
        mapping.Finish();
        return field;
    }

    private static SlackAction? ReadAction(NodeReader item)
    {
        if (item.AsMapping() is not { } mapping)
        {
            return null;
        }
        var action = new SlackAction
        {
            Type = mapping.RequiredText("type", "for example button"),
            Text = mapping.RequiredText("text", "what the button says"),
            Url = mapping.Text("url"),
            Style = mapping.Text("style"),
            Name = mapping.Text("name"),
            Value = mapping.Text("value"),
            Confirm = ReadConfirmation(mapping),
        };
        if (string.IsNullOrEmpty(action.Url) && string.IsNullOrEmpty(action.Name))
        {
            mapping.Error("needs a url (a link) or a name (a button that answers)");
        }
        mapping.Finish();
        return action;
    }

    private static SlackConfirmation? ReadConfirmation(MappingReader parent)
    {
        if (parent.Mapping("confirm") is not { } mapping)
        {
            return null;
        }
        var confirmation = new SlackConfirmation(
            mapping.RequiredText("text", "the question"),
            mapping.Text("title"),
            mapping.Text("ok_text"),
            mapping.Text("dismiss_text"));
        mapping.Finish();
        return confirmation;
    }
}
