using System.Net;
using System.Text;
using Observability.Notifier.Rendering;

namespace Observability.Notifier.Channels.Email;

/// <summary>
/// The HTML of a mail: tables and inline styles, 600 px, no pictures, no scripts, dark where the reader's program asks for it. Links open pages and never
/// act, because scanners follow them. Every value is encoded where it is written: <see cref="Text(string)"/> is the only way in.
/// </summary>
internal sealed class MailHtml
{
    private readonly StringBuilder _html = new();

    public static string Render(Notice notice, DateTimeOffset now) => new MailHtml().Write(notice, now);

    private string Write(Notice notice, DateTimeOffset now)
    {
        WriteHead(notice);
        WriteHeadline(notice);
        WriteError(notice);
        WriteButtons(notice);
        WriteFacts(notice);
        WriteOthers(notice, now);
        WriteWhy(notice);
        WriteFoot(notice);
        return _html.ToString();
    }

    private void WriteHead(Notice notice)
    {
        _html.Append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
            + "<meta name=\"color-scheme\" content=\"light dark\"><meta name=\"supported-color-schemes\" content=\"light dark\"><title>");
        Text($"[{notice.Environment}] {notice.ToneWord}: {notice.SubjectTopic}");
        _html.Append("</title>\n<style>").Append(MailStyles.Sheet).Append("</style></head>\n")
            .Append($"<body class=\"bg\" style=\"{MailStyles.Body}\">\n<div style=\"display:none;max-height:0;overflow:hidden;mso-hide:all\">");
        Text(notice.Error.IsEmpty ? notice.Lead : notice.Error.Lines[0]);
        var bar = notice.Tone == NoticeTone.Good ? "barg" : "barc";
        _html.Append($"</div>\n<table role=\"presentation\" class=\"bg\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" style=\"background:#F6F7F9\">"
            + "<tr><td align=\"center\" style=\"padding:20px 10px\">\n"
            + $"<table role=\"presentation\" class=\"card\" width=\"600\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" style=\"{MailStyles.Card}\">\n"
            + $"<tr><td class=\"{bar}\" style=\"height:4px;line-height:4px;font-size:0;background:{MailStyles.BarOf(notice.Tone)};border-radius:7px 7px 0 0\">&nbsp;</td></tr>\n");
    }

    private void WriteHeadline(Notice notice)
    {
        var (plateClass, plate) = MailStyles.PlateOf(notice.EnvironmentClass, notice.Environment);
        var (toneClass, tone) = MailStyles.ToneOf(notice.Tone);
        BeginRow("18px 28px 6px");
        _html.Append($"<p class=\"ink2\" style=\"{MailStyles.Line}\"><span class=\"{plateClass}\" style=\"{plate}\">");
        Text(notice.Environment);
        _html.Append($"</span>&nbsp;&nbsp;<span class=\"{toneClass}\" style=\"font-weight:600;color:{tone}\">");
        Text(notice.ToneWord);
        _html.Append("</span>&nbsp;&nbsp;for ");
        Text(notice.OwnerName);
        _html.Append(notice.IsUpdate ? ", update</p>" : "</p>");
        EndRow();
        BeginRow("0 28px 6px");
        _html.Append($"<h1 class=\"ink\" style=\"{MailStyles.Heading}\">");
        Text(notice.Headline);
        _html.Append("</h1>");
        EndRow();
        Paragraph(notice.Lead, MailStyles.Lead);
        foreach (var remark in notice.Remarks)
        {
            Paragraph(remark, MailStyles.Remark);
        }
    }

    private void WriteError(Notice notice)
    {
        if (notice.Error.IsEmpty)
        {
            return;
        }
        BeginRow("0 28px 16px");
        _html.Append($"<div class=\"code\" style=\"{MailStyles.Code}\">");
        var (toneClass, tone) = MailStyles.ToneOf(notice.Tone);
        foreach (var (line, index) in notice.Error.Lines.Select((line, index) => (line, index)))
        {
            _html.Append(index == 0 ? $"<b class=\"{toneClass}\" style=\"color:{tone}\">" : "\n");
            Text(line);
            _html.Append(index == 0 ? "</b>" : "");
        }
        if (notice.Error.Rest.Length > 0)
        {
            _html.Append('\n');
            Link(notice.Logs.Url, notice.Error.Rest);
        }
        _html.Append("</div>");
        EndRow();
    }

    private void WriteButtons(Notice notice)
    {
        BeginRow("2px 28px 20px");
        _html.Append("<table role=\"presentation\" class=\"bt\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\"><tr>");
        foreach (var (action, index) in notice.Actions.Select((action, index) => (action, index)))
        {
            var (linkClass, style) = index == 0 ? ("pb pbt", MailStyles.FirstButton) : ("sb ink", MailStyles.OtherButton);
            _html.Append($"<td class=\"btn\" style=\"padding:0 8px 0 0\"><a class=\"{linkClass}\" href=\"");
            Text(action.Url);
            _html.Append($"\" style=\"{style}\">");
            Text(action.Text);
            _html.Append("</a></td>");
        }
        _html.Append("</tr></table>");
        EndRow();
    }

    private void WriteFacts(Notice notice)
    {
        if (notice.Facts.Count == 0)
        {
            return;
        }
        BeginRow("0 28px 16px");
        BeginTable();
        foreach (var fact in notice.Facts)
        {
            _html.Append($"<tr><td class=\"k ink3\" width=\"120\" valign=\"top\" style=\"{MailStyles.FactName}\">");
            Text(fact.Name);
            _html.Append($"</td><td class=\"ink\" valign=\"top\" style=\"{MailStyles.FactValue}\">");
            if (fact.Url.Length > 0)
            {
                Link(fact.Url, fact.Value);
            }
            else
            {
                Text(fact.Value);
            }
            _html.Append("</td></tr>");
        }
        _html.Append("</table>");
        EndRow();
    }

    private void WriteOthers(Notice notice, DateTimeOffset now)
    {
        if (notice.Others.Count == 0)
        {
            return;
        }
        Subheading("Also in this group");
        BeginRow("0 28px 18px");
        foreach (var other in notice.Others)
        {
            var (toneClass, tone) = MailStyles.ToneOf(other.Tone);
            _html.Append($"<p class=\"ink2\" style=\"{MailStyles.Line}\"><span class=\"{toneClass}\" style=\"font-weight:600;color:{tone}\">");
            Text(other.Tone == NoticeTone.Good ? "Resolved" : other.Tone == NoticeTone.Information ? "Info" : other.Tone.ToString());
            _html.Append("</span> ");
            Link(other.Url, other.Title);
            Text($", {other.OwnerName}, {Wording.Time(other.At, now)}");
            _html.Append("</p>");
        }
        if (notice.OthersNotListed > 0)
        {
            _html.Append($"<p class=\"ink2\" style=\"{MailStyles.Line}\">");
            Text($"and {Wording.Number(notice.OthersNotListed)} more");
            _html.Append("</p>");
        }
        EndRow();
    }

    private void WriteWhy(Notice notice)
    {
        if (notice.Why.Count == 0)
        {
            return;
        }
        Subheading("Why you got this");
        BeginRow("0 28px 18px");
        BeginTable();
        foreach (var step in notice.Why)
        {
            _html.Append($"<tr><td class=\"okc\" width=\"22\" valign=\"top\" style=\"{MailStyles.Check}\">&#10003;</td>"
                + $"<td class=\"k ink3\" width=\"84\" valign=\"top\" style=\"{MailStyles.WhyStage}\">");
            Text(step.Stage);
            _html.Append($"</td><td class=\"ink2\" valign=\"top\" style=\"{MailStyles.WhyReason}\">");
            Text(step.Reason);
            _html.Append("</td></tr>");
        }
        _html.Append("</table>");
        EndRow();
    }

    private void WriteFoot(Notice notice)
    {
        _html.Append($"<tr><td class=\"pad ln\" style=\"padding:14px 28px 18px;border-top:1px solid #DDE1E7\"><p class=\"ink3\" style=\"{MailStyles.Foot}\">");
        Text(notice.Outlook.Length > 0 ? notice.Outlook + " " : "");
        Link(notice.WhyUrl, "Full trace");
        _html.Append(", ");
        Link(notice.Logs.Url, notice.Logs.Text.Length > 0 ? char.ToLowerInvariant(notice.Logs.Text[0]) + notice.Logs.Text[1..] : "logs");
        _html.Append(".</p></td></tr>\n</table></td></tr></table></body></html>\n");
    }

    private void Subheading(string text)
    {
        BeginRow("4px 28px 6px");
        _html.Append($"<h2 class=\"ink\" style=\"{MailStyles.Subheading}\">");
        Text(text);
        _html.Append("</h2>");
        EndRow();
    }

    private void Paragraph(string text, string style)
    {
        if (text.Length == 0)
        {
            return;
        }
        BeginRow("0 28px 14px");
        _html.Append($"<p class=\"ink2\" style=\"{style}\">");
        Text(text);
        _html.Append("</p>");
        EndRow();
    }

    private void Link(string url, string text)
    {
        _html.Append("<a class=\"lk\" href=\"");
        Text(url);
        _html.Append($"\" style=\"{MailStyles.Anchor}\">");
        Text(text);
        _html.Append("</a>");
    }

    private void BeginRow(string padding) => _html.Append($"<tr><td class=\"pad\" style=\"padding:{padding}\">");

    private void EndRow() => _html.Append("</td></tr>\n");

    private void BeginTable() => _html.Append("<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\">");

    private void Text(string text) => _html.Append(WebUtility.HtmlEncode(text));
}
