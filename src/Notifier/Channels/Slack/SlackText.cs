using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Observability.Notifier.Rendering;

namespace Observability.Notifier.Channels.Slack;

/// <summary>
/// Text in Slack's mrkdwn (docs.slack.dev, "Formatting message text"): only <c>&amp;</c>, <c>&lt;</c> and <c>&gt;</c> mean something to it, and every
/// mention and link begins with <c>&lt;</c>. So whatever comes from outside is escaped, and cut before it is escaped.
/// </summary>
internal static partial class SlackText
{
    public static string Escape(string text) =>
        text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    /// <summary>Escaped, and no longer than a limit that counts what is sent.</summary>
    public static string EscapeWithin(string text, int mostCharacters)
    {
        var escaped = Escape(text);
        for (var length = text.Length; escaped.Length > mostCharacters;)
        {
            // Each character grows to five at most, so a fifth of the excess is always too much and few rounds are needed.
            length = Math.Max(2, length - Math.Max(1, (escaped.Length - mostCharacters) / 5));
            escaped = Escape(PlainText.Cut(text, length));
        }
        return escaped;
    }

    /// <summary>A link; the text alone without an address.</summary>
    public static string Link(string url, string text) =>
        url.Length == 0 ? Escape(text) : $"<{Escape(url).Replace("|", "%7C", StringComparison.Ordinal)}|{Escape(text).Replace("|", "¦", StringComparison.Ordinal)}>";

    /// <summary>A moment in each reader's own zone, with ours for clients that cannot.</summary>
    public static string Date(DateTimeOffset at, string format, string otherwise) =>
        $"<!date^{at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)}^{format}|{Escape(otherwise)}>";

    /// <summary>Lines as they are, in a block that begins and ends where we say: a text cannot close it.</summary>
    public static string CodeBlock(ErrorExcerpt error, int mostCharacters)
    {
        const string Fence = "```";
        var text = new StringBuilder(Fence);
        var shown = 0;
        foreach (var line in error.Lines.Select(line => Escape(line.Replace(Fence, "'''", StringComparison.Ordinal))))
        {
            if (text.Length + line.Length + 1 + Fence.Length > mostCharacters)
            {
                break;
            }
            text.Append(shown++ == 0 ? "" : "\n").Append(line);
        }
        return text.Append(Fence).ToString();
    }

    /// <summary>A mention by the id of a user or a user group; nothing for anything else, so that a broken setting cannot become markup.</summary>
    public static string Mention(string id) =>
        !SlackId().IsMatch(id) ? "" : id[0] == 'S' ? $"<!subteam^{id}>" : $"<@{id}>";

    /// <summary>
    /// What a receiver's own template rendered: its markup is kept, but a mention only when the template itself says it word for word. One that came in
    /// with a label or an annotation is shown as text.
    /// </summary>
    public static string FromTemplate(string rendered, string template) => Special().Replace(rendered, match =>
        template.Contains(match.Value, StringComparison.Ordinal) || match.Value.StartsWith("<!date^", StringComparison.Ordinal) ? match.Value : Escape(match.Value));

    [GeneratedRegex("^[USW][A-Z0-9]{2,30}$", RegexOptions.CultureInvariant)]
    private static partial Regex SlackId();

    [GeneratedRegex("<[!@#][^>]*>?", RegexOptions.CultureInvariant)]
    private static partial Regex Special();
}
