using System.Globalization;
using System.Text;
using Observability.Configuration;
using Observability.Contracts;
using Observability.Notifier.Rendering;

namespace Observability.Notifier.Channels.Email;

/// <summary>
/// The bytes of a mail (RFC 5322, MIME): headers, then text and HTML as alternatives. The Message-ID is the intent's id, so it is the same in every attempt,
/// and the References name the Message-ID of the incident's first mail, which follows from the intent as well: nothing has to be remembered.
/// </summary>
internal static class MailMessageWriter
{
    /// <summary>Headers that are ours to set: a template for one of them would break threads or the message itself.</summary>
    private static readonly HashSet<string> Own = new(StringComparer.OrdinalIgnoreCase)
    {
        "From", "To", "Cc", "Bcc", "Subject", "Date", "Message-Id", "References", "In-Reply-To", "Mime-Version", "Content-Type", "Content-Transfer-Encoding", "Auto-Submitted", "List-Id",
    };

    public static byte[] Write(Delivery delivery, EmailIntegration settings, MailAddress from, IReadOnlyList<MailAddress> to)
    {
        var intent = delivery.Intent;
        var host = HostOf(from);
        var mail = new StringBuilder();
        MailHeader.Append(mail, "From", MailHeader.Addresses([from]));
        MailHeader.Append(mail, "To", MailHeader.Addresses(to));
        MailHeader.Append(mail, "Subject", MailHeader.Encoded(delivery.Rendered.Mail.Subject));
        MailHeader.Append(mail, "Date", intent.DecidedAt.UtcDateTime.ToString("ddd, d MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture));
        MailHeader.Append(mail, "Message-ID", MessageId(intent.Id, host));
        if (intent.Ordinal != intent.Incident)
        {
            var first = MessageId(NotificationIntent.IdOf(intent.GroupKey, intent.Receiver, intent.Integration, intent.Incident), host);
            MailHeader.Append(mail, "In-Reply-To", first);
            MailHeader.Append(mail, "References", first);
        }
        MailHeader.Append(mail, "List-Id", MailHeader.Encoded($"Notices of {PlainText.OneLine(intent.Receiver, 60)}") + $" <{ListName(intent.Receiver)}.{host}>");
        MailHeader.Append(mail, "Auto-Submitted", "auto-generated");
        MailHeader.Append(mail, "X-Observability-Environment", MailHeader.Encoded(PlainText.OneLine(intent.Environment, 80)));
        AppendConfigured(mail, delivery, settings);
        MailHeader.Append(mail, "MIME-Version", "1.0");
        AppendBody(mail, intent.Id, delivery.Rendered.Mail);
        return Encoding.ASCII.GetBytes(mail.ToString());
    }

    private static void AppendConfigured(StringBuilder mail, Delivery delivery, EmailIntegration settings)
    {
        foreach (var (name, template) in settings.Headers.Where(header => !Own.Contains(header.Key) && MailHeader.IsName(header.Key)))
        {
            if (delivery.Texts.TryRender("email header " + name, template) is { } value)
            {
                MailHeader.Append(mail, name, MailHeader.Encoded(PlainText.OneLine(value, 900)));
            }
        }
    }

    private static void AppendBody(StringBuilder mail, string id, RenderedMail rendered)
    {
        // The last part is the one that a program prefers.
        List<(string Type, string Content)> parts = [];
        if (rendered.Text.Length > 0 || rendered.Html.Length == 0)
        {
            parts.Add(("text/plain", rendered.Text));
        }
        if (rendered.Html.Length > 0)
        {
            parts.Add(("text/html", rendered.Html));
        }
        if (parts is [var only])
        {
            AppendPart(mail, only.Type, only.Content);
            return;
        }
        // Quoted-printable writes every '=' as '=3D', so this line cannot occur in a part.
        var boundary = $"=_{id}";
        mail.Append(CultureInfo.InvariantCulture, $"Content-Type: multipart/alternative;\r\n boundary=\"{boundary}\"\r\n\r\n");
        foreach (var (type, content) in parts)
        {
            mail.Append(CultureInfo.InvariantCulture, $"--{boundary}\r\n");
            AppendPart(mail, type, content);
        }
        mail.Append(CultureInfo.InvariantCulture, $"--{boundary}--\r\n");
    }

    private static void AppendPart(StringBuilder mail, string type, string content)
    {
        mail.Append(CultureInfo.InvariantCulture, $"Content-Type: {type}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n");
        QuotedPrintable.Append(mail, content);
        mail.Append("\r\n");
    }

    private static string MessageId(string intentId, string host) => $"<{intentId}@{host}>";

    private static string HostOf(MailAddress from) => from.Address[(from.Address.LastIndexOf('@') + 1)..].ToLowerInvariant();

    private static string ListName(string receiver)
    {
        var name = new string([.. receiver.ToLowerInvariant().Take(60).Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')]).Trim('-');
        return name.Length > 0 ? name : "notices";
    }
}
