using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Observability.Notifier.Channels.Email;

/// <summary>A mail address that can stand in an SMTP command and in a header: nothing in it can end either.</summary>
/// <param name="Name">For people; may be empty.</param>
/// <param name="Address"><c>local@domain</c>.</param>
internal sealed record MailAddress(string Name, string Address);

/// <summary>Reads addresses as people write them: <c>a@example.com, Data Team &lt;b@example.com&gt;</c>.</summary>
internal static class MailAddresses
{
    /// <summary>RFC 5321, 4.5.3.1: 64 for the local part, 255 for the domain, an @.</summary>
    private const int MostCharacters = 320;

    /// <summary>Servers must take 100 (RFC 5321, 4.5.3.1.8); a longer list is a mailing list's work.</summary>
    private const int MostAddresses = 100;

    /// <summary>Null when one of them is no address: mail to half of a list would look like mail to all of it.</summary>
    public static IReadOnlyList<MailAddress>? Parse(string text)
    {
        var addresses = new List<MailAddress>();
        foreach (var part in Split(text))
        {
            if (ParseOne(part) is not { } address || addresses.Count == MostAddresses)
            {
                return null;
            }
            if (!addresses.Exists(known => known.Address.Equals(address.Address, StringComparison.OrdinalIgnoreCase)))
            {
                addresses.Add(address);
            }
        }
        return addresses;
    }

    private static IEnumerable<string> Split(string text)
    {
        var start = 0;
        var isQuoted = false;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && text[i] == '"')
            {
                isQuoted = !isQuoted;
            }
            if (i == text.Length || (text[i] is ',' or ';' && !isQuoted))
            {
                if (text[start..i].Trim() is { Length: > 0 } part)
                {
                    yield return part;
                }
                start = i + 1;
            }
        }
    }

    private static MailAddress? ParseOne(string part)
    {
        var name = "";
        var address = part;
        if (part.EndsWith('>') && part.LastIndexOf('<') is >= 0 and var open)
        {
            name = part[..open].Trim().Trim('"');
            address = part[(open + 1)..^1].Trim();
        }
        var at = address.LastIndexOf('@');
        return at > 0 && at < address.Length - 1 && address.Length <= MostCharacters && IsLocal(address.AsSpan(0, at)) && IsDomain(address.AsSpan(at + 1))
            && !name.AsSpan().ContainsAny('\r', '\n', '\0')
            ? new MailAddress(name, address)
            : null;
    }

    private static bool IsLocal(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && !"!#$%&'*+-/=?^_`{|}~.".Contains(c))
            {
                return false;
            }
        }
        return true;
    }

    private static bool IsDomain(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '.'))
            {
                return false;
            }
        }
        return text[0] is not ('-' or '.');
    }
}

/// <summary>The mail server of <c>smarthost</c>.</summary>
internal readonly record struct SmtpAddress(string Host, int Port)
{
    public static bool TryParse([NotNullWhen(true)] string? text, out SmtpAddress address)
    {
        address = default;
        var colon = text?.LastIndexOf(':') ?? -1;
        if (text is null || colon <= 0 || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is < 1 or > 65535)
        {
            return false;
        }
        address = new SmtpAddress(text[..colon].Trim('[', ']'), port);
        return true;
    }
}
