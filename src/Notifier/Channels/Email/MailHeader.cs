using System.Globalization;
using System.Text;

namespace Observability.Notifier.Channels.Email;

/// <summary>Header lines (RFC 5322, RFC 2047). A value cannot end its line: control characters are refused here, whatever was done before.</summary>
internal static class MailHeader
{
    /// <summary>RFC 5322, 2.1.1.</summary>
    private const int FoldAt = 76;

    /// <summary>RFC 2047, 2: 75 for an encoded word; 12 are its frame, and base64 makes four of three.</summary>
    private const int WordBytes = 45;

    public static void Append(StringBuilder mail, string name, string value)
    {
        var start = mail.Length;
        mail.Append(name).Append(':');
        var lineStart = start;
        foreach (var word in value.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (word.AsSpan().IndexOfAnyExceptInRange('!', '~') >= 0)
            {
                throw new InvalidOperationException($"header {name} holds a character that must have been encoded");
            }
            if (mail.Length - lineStart + 1 + word.Length > FoldAt && mail.Length - start > name.Length + 1)
            {
                mail.Append("\r\n");
                lineStart = mail.Length;
            }
            mail.Append(' ').Append(word);
        }
        mail.Append("\r\n");
    }

    /// <summary>As it is when it is plain ASCII, else as encoded words, each whole characters.</summary>
    public static string Encoded(string text)
    {
        if (text.AsSpan().IndexOfAnyExceptInRange(' ', '~') < 0 && !text.Contains("=?", StringComparison.Ordinal) && text.Split(' ').All(word => word.Length < FoldAt))
        {
            return text;
        }
        var words = new List<string>();
        var word = new List<byte>();
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var rune in text.EnumerateRunes())
        {
            var length = rune.EncodeToUtf8(utf8);
            if (word.Count + length > WordBytes)
            {
                words.Add(Word(word));
                word.Clear();
            }
            word.AddRange(utf8[..length]);
        }
        words.Add(Word(word));
        return string.Join(' ', words);

        static string Word(List<byte> bytes) => $"=?utf-8?B?{Convert.ToBase64String([.. bytes])}?=";
    }

    public static string Addresses(IReadOnlyList<MailAddress> addresses) => string.Join(", ", addresses.Select(address =>
        address.Name.Length == 0 ? address.Address
        : address.Name.All(c => char.IsAsciiLetterOrDigit(c) || c is ' ' or '-' or '_') ? $"{address.Name} <{address.Address}>"
        : $"{Word(address.Name)} <{address.Address}>"));

    public static bool IsName(string name) => name.Length is > 0 and <= 60 && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');

    /// <summary>A name of an address is always encoded when it is not plain letters: quotes, commas and brackets have a meaning there.</summary>
    private static string Word(string name) => Encoded(name) is var encoded && encoded.StartsWith("=?", StringComparison.Ordinal)
        ? encoded
        : string.Create(CultureInfo.InvariantCulture, $"=?utf-8?B?{Convert.ToBase64String(Encoding.UTF8.GetBytes(name.Length > WordBytes ? name[..WordBytes] : name))}?=");
}
