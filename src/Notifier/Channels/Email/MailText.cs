using System.Text;
using Observability.Notifier.Rendering;

namespace Observability.Notifier.Channels.Email;

/// <summary>The plain-text twin of the mail: the same facts in the same order, lines of 78 characters but for addresses and quoted lines.</summary>
internal static class MailText
{
    private const int Width = 78;

    public static string Render(Notice notice, DateTimeOffset now)
    {
        var text = new StringBuilder();
        var update = notice.IsUpdate ? "  (update)" : "";
        Line(text, $"{notice.Environment}  {notice.ToneWord.ToUpperInvariant()}  for {notice.OwnerName}{update}");
        Line(text);
        Wrap(text, notice.Headline, "");
        Wrap(text, notice.Lead, "");
        foreach (var remark in notice.Remarks)
        {
            Wrap(text, "Note: " + remark, "");
        }
        Line(text);
        WriteError(text, notice.Error);
        WriteTable(text, [.. notice.Actions.Select(action => (action.Text, action.Url))], "");
        WriteTable(text, [.. notice.Facts.Select(fact => (fact.Name, fact.Value))], "");
        WriteOthers(text, notice, now);
        if (notice.Why.Count > 0)
        {
            Line(text, "Why you got this");
            WriteTable(text, [.. notice.Why.Select(step => (step.Stage, step.Reason)), ("Trace", notice.WhyUrl)], "  ");
        }
        Line(text, "-- ");
        Wrap(text, notice.Outlook, "");
        Line(text, $"{notice.Logs.Text}  {notice.Logs.Url}");
        return text.ToString();
    }

    private static void WriteError(StringBuilder text, ErrorExcerpt error)
    {
        if (error.IsEmpty)
        {
            return;
        }
        foreach (var line in error.Lines)
        {
            Line(text, ("  " + line).TrimEnd());
        }
        if (error.Rest.Length > 0)
        {
            Line(text, "  " + error.Rest);
        }
        Line(text);
    }

    private static void WriteOthers(StringBuilder text, Notice notice, DateTimeOffset now)
    {
        if (notice.Others.Count == 0)
        {
            return;
        }
        Line(text, "Also in this group");
        foreach (var other in notice.Others)
        {
            Wrap(text, $"{other.Title}, {other.OwnerName}, {Wording.Time(other.At, now)}", "  ");
            Line(text, "  " + other.Url);
        }
        if (notice.OthersNotListed > 0)
        {
            Line(text, $"  and {Wording.Number(notice.OthersNotListed)} more");
        }
        Line(text);
    }

    private static void WriteTable(StringBuilder text, IReadOnlyList<(string Name, string Value)> rows, string indent)
    {
        if (rows.Count == 0)
        {
            return;
        }
        var width = rows.Max(row => row.Name.Length) + 2;
        foreach (var (name, value) in rows)
        {
            Wrap(text, value, indent + new string(' ', width), indent + name.PadRight(width));
        }
        Line(text);
    }

    private static void Wrap(StringBuilder text, string content, string indent, string? first = null)
    {
        if (content.Length == 0)
        {
            return;
        }
        var line = new StringBuilder(first ?? indent);
        var isEmpty = true;
        foreach (var word in content.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!isEmpty && line.Length + 1 + word.Length > Width)
            {
                Line(text, line.ToString());
                line.Clear().Append(indent);
                isEmpty = true;
            }
            line.Append(isEmpty ? "" : " ").Append(word);
            isEmpty = false;
        }
        Line(text, line.ToString());
    }

    private static void Line(StringBuilder text, string line = "") => text.Append(line).Append('\n');
}
