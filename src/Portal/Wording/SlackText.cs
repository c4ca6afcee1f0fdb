using System.Text.RegularExpressions;

namespace Observability.Portal.Wording;

/// <summary>A piece of Slack's mrkdwn as a page draws it.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Its text, entities decoded; never markup.</param>
/// <param name="Url">Of a link.</param>
internal readonly record struct SlackPiece(SlackPieceKind Kind, string Text, string Url = "");

internal enum SlackPieceKind
{
    Plain,
    Bold,
    Code,
    CodeBlock,
    Link,
    Mention,

    /// <summary>One of the four severity emoji; the text is the severity.</summary>
    Severity,
}

/// <summary>Reads Slack's mrkdwn (https://docs.slack.dev/messaging/formatting-message-text) as far as our messages use it. Whatever it does not know is plain text.</summary>
internal static partial class SlackText
{
    public static IReadOnlyList<SlackPiece> Read(string text)
    {
        var pieces = new List<SlackPiece>();
        var last = 0;
        foreach (Match match in Pattern().Matches(text))
        {
            Add(pieces, text[last..match.Index]);
            pieces.Add(PieceOf(match));
            last = match.Index + match.Length;
        }
        Add(pieces, text[last..]);
        return pieces;
    }

    private static SlackPiece PieceOf(Match match)
    {
        if (match.Groups["block"] is { Success: true } block)
        {
            return new SlackPiece(SlackPieceKind.CodeBlock, Decode(block.Value).Trim('\n'));
        }
        if (match.Groups["code"] is { Success: true } code)
        {
            return new SlackPiece(SlackPieceKind.Code, Decode(code.Value));
        }
        if (match.Groups["bold"] is { Success: true } bold)
        {
            return new SlackPiece(SlackPieceKind.Bold, Decode(bold.Value));
        }
        if (match.Groups["emoji"] is { Success: true } emoji)
        {
            return emoji.Value switch
            {
                "octagonal_sign" => new SlackPiece(SlackPieceKind.Severity, "critical"),
                "large_orange_diamond" => new SlackPiece(SlackPieceKind.Severity, "error"),
                "warning" => new SlackPiece(SlackPieceKind.Severity, "warning"),
                "information_source" => new SlackPiece(SlackPieceKind.Severity, "info"),
                "white_check_mark" => new SlackPiece(SlackPieceKind.Plain, "✓"),
                _ => new SlackPiece(SlackPieceKind.Plain, match.Value),
            };
        }
        return Bracket(match.Groups["bracket"].Value);
    }

    // <url|text>, <!date^…|fallback>, <@U1>, <!subteam^S1|@name>, <#C1|name>.
    private static SlackPiece Bracket(string content)
    {
        var bar = content.IndexOf('|', StringComparison.Ordinal);
        var (target, label) = bar < 0 ? (content, "") : (content[..bar], Decode(content[(bar + 1)..]));
        return target switch
        {
            ['@', .. var user] => new SlackPiece(SlackPieceKind.Mention, "@" + (label.Length > 0 ? label : user)),
            ['#', .. var channel] => new SlackPiece(SlackPieceKind.Mention, "#" + (label.Length > 0 ? label : channel)),
            _ when target.StartsWith("!date^", StringComparison.Ordinal) => new SlackPiece(SlackPieceKind.Plain, label),
            ['!', .. var special] => new SlackPiece(SlackPieceKind.Mention, "@" + (label.Length > 0 ? label.TrimStart('@') : special.Split('^')[^1])),
            _ when Uri.TryCreate(Decode(target), UriKind.Absolute, out var url) && url.Scheme is ("http" or "https" or "mailto") => new SlackPiece(SlackPieceKind.Link, label.Length > 0 ? label : Decode(target), url.ToString()),
            _ => new SlackPiece(SlackPieceKind.Plain, "<" + Decode(content) + ">"),
        };
    }

    private static void Add(List<SlackPiece> pieces, string plain)
    {
        if (plain.Length > 0)
        {
            pieces.Add(new SlackPiece(SlackPieceKind.Plain, Decode(plain)));
        }
    }

    private static string Decode(string text) =>
        text.Replace("&lt;", "<", StringComparison.Ordinal).Replace("&gt;", ">", StringComparison.Ordinal).Replace("&amp;", "&", StringComparison.Ordinal);

    [GeneratedRegex(@"```(?<block>.*?)```|`(?<code>[^`\n]+)`|(?<![\w*])\*(?<bold>[^*\n]+)\*(?![\w*])|<(?<bracket>[^<>\n]+)>|:(?<emoji>[a-z0-9_]+):", RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Pattern();
}
