using System.Text.Json;
using Observability.Notifier.Rendering;

namespace Observability.Notifier.Channels.Slack;

/// <summary>Writes Block Kit's blocks and keeps their limits. Texts in mrkdwn come in escaped; the header and buttons are plain text.</summary>
internal sealed class SlackBlocks(Utf8JsonWriter json)
{
    private int _count;

    public void Header(string text)
    {
        json.WriteStartObject();
        json.WriteString("type", "header");
        Plain("text", text, SlackLimits.Header);
        json.WriteEndObject();
        _count++;
    }

    public void Section(string mrkdwn)
    {
        if (!Begin("section", mrkdwn.Length > 0))
        {
            return;
        }
        json.WritePropertyName("text");
        Mrkdwn(mrkdwn, SlackLimits.Section);
        json.WriteEndObject();
    }

    public void Fields(IReadOnlyList<string> fields)
    {
        if (!Begin("section", fields.Count > 0))
        {
            return;
        }
        json.WriteStartArray("fields");
        foreach (var field in fields.Take(SlackLimits.Fields))
        {
            Mrkdwn(field, SlackLimits.Field);
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public void Context(string mrkdwn)
    {
        if (!Begin("context", mrkdwn.Length > 0))
        {
            return;
        }
        json.WriteStartArray("elements");
        Mrkdwn(mrkdwn, SlackLimits.Context);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Buttons that open pages; an incoming webhook has no other kind.</summary>
    public void Buttons(IReadOnlyList<NoticeLink> links)
    {
        var usable = links.Where(link => link.Url.Length is > 0 and <= SlackLimits.Url).ToList();
        if (!Begin("actions", usable.Count > 0))
        {
            return;
        }
        json.WriteStartArray("elements");
        foreach (var (link, index) in usable.Select((link, index) => (link, index)))
        {
            json.WriteStartObject();
            json.WriteString("type", "button");
            Plain("text", link.Text, SlackLimits.ButtonText);
            json.WriteString("action_id", "open_" + index.ToString(System.Globalization.CultureInfo.InvariantCulture));
            json.WriteString("url", link.Url);
            if (index == 0)
            {
                json.WriteString("style", "primary");
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private bool Begin(string type, bool hasContent)
    {
        if (!hasContent || _count >= SlackLimits.Blocks)
        {
            return false;
        }
        _count++;
        json.WriteStartObject();
        json.WriteString("type", type);
        return true;
    }

    private void Plain(string name, string text, int mostCharacters)
    {
        json.WriteStartObject(name);
        json.WriteString("type", "plain_text");
        json.WriteString("text", SlackText.EscapeWithin(text, mostCharacters));
        // With emoji the colons of somebody's label would become pictures.
        json.WriteBoolean("emoji", false);
        json.WriteEndObject();
    }

    private void Mrkdwn(string text, int mostCharacters)
    {
        json.WriteStartObject();
        json.WriteString("type", "mrkdwn");
        json.WriteString("text", PlainText.Cut(text, mostCharacters));
        // Names of channels and addresses in somebody's text stay text.
        json.WriteBoolean("verbatim", true);
        json.WriteEndObject();
    }
}
