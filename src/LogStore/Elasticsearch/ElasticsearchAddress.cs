using System.Net.Http.Headers;
using System.Text;

namespace Observability.LogStore.Elasticsearch;

/// <summary>
/// A node's address and, when it has one, its user: <c>http://user:password@host:9200/</c>. Passwords come percent-encoded from careful hands and raw from
/// others, so the user part ends at the last '@', and it is decoded only when each '%' in it begins an encoded byte.
/// </summary>
public sealed record ElasticsearchAddress(Uri Url, AuthenticationHeaderValue? Authorization)
{
    /// <exception cref="FormatException">Not an address of http or https.</exception>
    public static ElasticsearchAddress Parse(string connectionString)
    {
        ArgumentNullException.ThrowIfNull(connectionString);
        var text = connectionString.Trim();
        var authority = text.IndexOf("://", StringComparison.Ordinal) + 3;
        var at = text.LastIndexOf('@');
        var user = authority > 2 && at >= authority ? text[authority..at] : null;
        var address = user is null ? text : text[..authority] + text[(at + 1)..];
        if (!Uri.TryCreate(address.EndsWith('/') ? address : address + "/", UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            throw new FormatException("the address of Elasticsearch must look like http://user:password@host:9200; set ConnectionStrings__elasticsearch");
        }
        return new ElasticsearchAddress(url, user is null ? null : Basic(user));
    }

    private static AuthenticationHeaderValue Basic(string user)
    {
        var colon = user.IndexOf(':', StringComparison.Ordinal);
        var (name, password) = colon < 0 ? (user, "") : (user[..colon], user[(colon + 1)..]);
        return new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Decoded(name)}:{Decoded(password)}")));
    }

    private static string Decoded(string part)
    {
        for (var i = part.IndexOf('%', StringComparison.Ordinal); i >= 0; i = part.IndexOf('%', i + 1))
        {
            if (i + 2 >= part.Length || !char.IsAsciiHexDigit(part[i + 1]) || !char.IsAsciiHexDigit(part[i + 2]))
            {
                return part;
            }
        }
        return Uri.UnescapeDataString(part);
    }
}
