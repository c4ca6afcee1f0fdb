using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Observability.Configuration;
using Observability.Contracts;
using Observability.Notifier.Rendering;

namespace Observability.Notifier.Channels.Slack;

/// <summary>
/// The JSON of a message: the headline as a block, so that previews and phones show the environment; everything else in an attachment, because only
/// that has the colour. Error before facts, facts before the why.
/// </summary>
internal sealed class SlackMessage
{
    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Notice _notice;
    private readonly SlackBlocks _blocks;
    private readonly SlackTemplates _templates;

    private SlackMessage(Notice notice, SlackBlocks blocks, SlackTemplates templates)
    {
        _notice = notice;
        _blocks = blocks;
        _templates = templates;
    }

    /// <param name="notice">What it says.</param>
    /// <param name="intent">Named in the message's metadata.</param>
    /// <param name="settings">The receiver's own templates; null for the default message.</param>
    /// <param name="texts">Renders them.</param>
    public static string Render(Notice notice, NotificationIntent intent, SlackIntegration? settings, NoticeTexts texts)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Writing))
        {
            new SlackMessage(notice, new SlackBlocks(json), new SlackTemplates(settings, texts)).Write(json, intent);
        }
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private void Write(Utf8JsonWriter json, NotificationIntent intent)
    {
        var headline = _templates.Title ?? $"{_notice.Environment}: {_notice.Headline}";
        var fallback = _templates.Fallback ?? $"{_notice.Environment}: {_notice.ToneWord}, {_notice.Headline}";
        json.WriteStartObject();
        _templates.WriteSender(json);
        var firstLine = _notice.Error.IsEmpty ? "" : $". {_notice.Error.Lines[0]}";
        json.WriteString("text", SlackText.EscapeWithin(fallback + firstLine, SlackLimits.Text));
        json.WriteBoolean("unfurl_links", false);
        WriteMetadata(json, intent);
        json.WriteStartArray("blocks");
        _blocks.Header(headline);
        json.WriteEndArray();
        json.WriteStartArray("attachments");
        json.WriteStartObject();
        json.WriteString("color", _templates.Color ?? ColorOf(_notice.Tone));
        json.WriteString("fallback", SlackText.EscapeWithin(fallback, SlackLimits.Text));
        json.WriteStartArray("blocks");
        WriteBody();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>What the Web API keeps beside a message, and what lets a message be found again after a crash.</summary>
    private static void WriteMetadata(Utf8JsonWriter json, NotificationIntent intent)
    {
        json.WriteStartObject("metadata");
        json.WriteString("event_type", "obs_notice");
        json.WriteStartObject("event_payload");
        json.WriteString("intent", intent.Id);
        json.WriteString("group", PlainText.Cut(intent.GroupKey, SlackLimits.Shown));
        json.WriteNumber("n", intent.Ordinal);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WriteBody()
    {
        if (_templates.Pretext is { } pretext)
        {
            _blocks.Section(pretext);
        }
        _blocks.Section(StatusLine());
        if (_templates.Text is { } text)
        {
            _blocks.Section(text);
        }
        else
        {
            if (_notice.Lead.Length > 0)
            {
                _blocks.Section(SlackText.EscapeWithin(_notice.Lead, SlackLimits.Section));
            }
            WriteError();
        }
        _blocks.Fields(_templates.Fields ?? [.. _notice.Facts.Select(Fact)]);
        WriteOthers();
        _blocks.Buttons(_notice.Actions);
        foreach (var remark in _notice.Remarks)
        {
            _blocks.Context(":information_source: " + SlackText.EscapeWithin(remark, SlackLimits.Shown * 2));
        }
        _blocks.Context(Links());
    }

    private string StatusLine()
    {
        var mention = SlackText.Mention(_notice.MentionId);
        var update = _notice.IsUpdate ? ", update" : "";
        var audience = mention.Length > 0 ? $" for {mention}, owner " : ", owner ";
        return $"{EmojiOf(_notice.Tone)} *{_notice.ToneWord}*{update}{audience}{SlackText.Escape(_notice.OwnerName)}";
    }

    private void WriteError()
    {
        if (_notice.Error.IsEmpty)
        {
            return;
        }
        _blocks.Section(SlackText.CodeBlock(_notice.Error, SlackLimits.Section));
        if (_notice.Error.Rest.Length > 0)
        {
            _blocks.Context(SlackText.Link(_notice.Logs.Url, _notice.Error.Rest));
        }
    }

    private void WriteOthers()
    {
        if (_notice.Others.Count == 0)
        {
            return;
        }
        var lines = _notice.Others.Select(other =>
            $"{EmojiOf(other.Tone)} {SlackText.Link(other.Url, other.Title)} · {SlackText.Escape(other.OwnerName)}");
        var rest = _notice.OthersNotListed > 0 ? $"\nand {Wording.Number(_notice.OthersNotListed)} more" : "";
        _blocks.Section(string.Join('\n', lines) + rest);
    }

    private string Links()
    {
        var logs = SlackText.Link(_notice.Logs.Url, _notice.Logs.Text);
        var at = SlackText.Date(_notice.At, "{date_short_pretty} {time}", _notice.At.UtcDateTime.ToString("d MMM yyyy HH:mm 'UTC'", System.Globalization.CultureInfo.InvariantCulture));
        return $"{SlackText.Link(_notice.WhyUrl, "Why you got this")}  ·  {logs}  ·  {at}";
    }

    private static string Fact(NoticeFact fact)
    {
        // The words after the moment ("24 h ago") stay as they are; the moment itself is shown in the reader's zone.
        var value = fact.At is { } at
            ? SlackText.Date(at, "{date_short_pretty} {time}", fact.Value.Split(", ", 2)[0]) + (fact.Value.Split(", ", 2) is [_, var rest] ? $", {rest}" : "")
            : SlackText.Link(fact.Url, PlainText.Cut(fact.Value, SlackLimits.Shown));
        return $"*{SlackText.Escape(fact.Name)}*\n{value}";
    }

    private static string ColorOf(NoticeTone tone) => tone switch
    {
        NoticeTone.Critical => "#A5103F",
        NoticeTone.Warning => "#F0B429",
        NoticeTone.Information => "#0B62A8",
        NoticeTone.Good => "#27704E",
        _ => "#D1431A",
    };

    private static string EmojiOf(NoticeTone tone) => tone switch
    {
        NoticeTone.Critical => ":octagonal_sign:",
        NoticeTone.Warning => ":warning:",
        NoticeTone.Information => ":information_source:",
        NoticeTone.Good => ":white_check_mark:",
        _ => ":large_orange_diamond:",
    };
}
