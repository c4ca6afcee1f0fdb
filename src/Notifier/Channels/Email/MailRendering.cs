using Observability.Configuration;
using Observability.Notifier.Rendering;
using Observability.Templates;

namespace Observability.Notifier.Channels.Email;

/// <summary>Subject and the two bodies of a mail: the receiver's own templates where it has any, else ours.</summary>
internal static class MailRendering
{
    /// <summary>Mail programs show some 70; servers refuse lines above 998.</summary>
    private const int MostSubjectCharacters = 150;

    /// <param name="notice">What it says.</param>
    /// <param name="settings">The receiver's own templates; null for the default mail.</param>
    /// <param name="texts">Renders them.</param>
    /// <param name="now">Decides how times are worded.</param>
    public static RenderedMail Render(Notice notice, EmailIntegration? settings, NoticeTexts texts, DateTimeOffset now)
    {
        var subject = texts.Render("email header Subject", settings?.Headers.GetValueOrDefault("Subject"), DefaultSubject(notice));
        // Alertmanager's rule: html is there unless it is switched off with an empty text; text is there when it is set. Ours adds the default text.
        var html = settings?.Html is { Length: 0 } ? "" : texts.Render("email html", settings?.Html, MailHtml.Render(notice, now), EscapeMode.Html);
        var text = settings is { Html: not null, Text: null or "" } ? "" : texts.Render("email text", NullIfEmpty(settings?.Text), MailText.Render(notice, now));
        return new RenderedMail(PlainText.OneLine(subject, MostSubjectCharacters), html, text);
    }

    private static string DefaultSubject(Notice notice) => $"[{notice.Environment}] {notice.ToneWord}: {notice.SubjectTopic}";

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
