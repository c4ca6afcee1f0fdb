using System.Text.Json;
using Observability.Configuration;
using Observability.Notifier.Rendering;

namespace Observability.Notifier.Channels.Slack;

/// <summary>The texts that a <c>slack_configs</c> entry sets itself. Null: it does not, or its template failed; then the default stands.</summary>
internal sealed class SlackTemplates
{
    private readonly SlackIntegration? _settings;
    private readonly NoticeTexts _texts;

    public SlackTemplates(SlackIntegration? settings, NoticeTexts texts)
    {
        _settings = settings;
        _texts = texts;
        Title = Rendered("title", settings?.Title);
        Text = Marked("text", settings?.Text);
        Pretext = Marked("pretext", settings?.Pretext);
        Fallback = Rendered("fallback", settings?.Fallback);
        Color = Rendered("color", settings?.Color) switch
        {
            "danger" => "#D1431A",
            "warning" => "#F0B429",
            "good" => "#27704E",
            { Length: 7 } color when color[0] == '#' && color.Skip(1).All(char.IsAsciiHexDigit) => color,
            _ => null,
        };
        Fields = settings is { Fields.Count: > 0 } ? RenderFields(settings.Fields) : null;
    }

    public string? Title { get; }

    public string? Text { get; }

    public string? Pretext { get; }

    public string? Fallback { get; }

    /// <summary>Three names of Slack's own and <c>#rrggbb</c>.</summary>
    public string? Color { get; }

    public IReadOnlyList<string>? Fields { get; }

    /// <summary>Channel, name and icon: older incoming webhooks take them, newer ones ignore them.</summary>
    public void WriteSender(Utf8JsonWriter json)
    {
        if (_settings is null)
        {
            return;
        }
        WriteUnlessEmpty(json, "channel", Rendered("channel", _settings.Channel));
        WriteUnlessEmpty(json, "username", Rendered("username", _settings.Username));
        WriteUnlessEmpty(json, "icon_emoji", Rendered("icon_emoji", _settings.IconEmoji));
        WriteUnlessEmpty(json, "icon_url", WebAddress.Of(Rendered("icon_url", _settings.IconUrl)));
    }

    private List<string>? RenderFields(IReadOnlyList<SlackField> fields)
    {
        var rendered = new List<string>();
        foreach (var field in fields)
        {
            if (Marked("field title", field.Title) is not { } title || Marked("field value", field.Value) is not { } value)
            {
                return null;
            }
            rendered.Add($"*{title}*\n{value}");
        }
        return rendered;
    }

    /// <summary>Plain text, nothing when it renders to nothing.</summary>
    private string? Rendered(string name, string? template) =>
        string.IsNullOrEmpty(template) ? null : _texts.TryRender("slack " + name, template)?.Trim() is { Length: > 0 } text ? text : null;

    private string? Marked(string name, string? template) =>
        Rendered(name, template) is { } text ? SlackText.FromTemplate(text, template!) : null;

    private static void WriteUnlessEmpty(Utf8JsonWriter json, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            json.WriteString(name, PlainText.OneLine(value, SlackLimits.Shown));
        }
    }
}
