using System.Text;
using Microsoft.AspNetCore.Http;

namespace Observability.ServiceDefaults.Access;

/// <summary>Finds the API key in the places where clients can put one.</summary>
internal static class PresentedKey
{
    public const string HeaderName = "X-Api-Key";

    /// <summary>Bigger: no key is; the header is not decoded then.</summary>
    private const int MaximumLength = 4096;

    /// <summary>
    /// The key of <c>X-Api-Key</c>, <c>Authorization: Bearer</c>, <c>Authorization: Splunk</c> (Splunk HEC clients), or the password of
    /// <c>Authorization: Basic</c> (browsers, Grafana, curl -u); null without one.
    /// </summary>
    public static string? Of(HttpRequest request)
    {
        if (request.Headers[HeaderName].ToString() is { Length: > 0 and <= MaximumLength } direct)
        {
            return direct;
        }
        var authorization = request.Headers.Authorization.ToString();
        var space = authorization.IndexOf(' ', StringComparison.Ordinal);
        if (space < 0 || authorization.Length > MaximumLength)
        {
            return null;
        }
        var value = authorization[(space + 1)..].Trim();
        return authorization[..space].ToUpperInvariant() switch
        {
            "BEARER" or "SPLUNK" => value,
            "BASIC" => PasswordOf(value),
            _ => null,
        };
    }

    /// <summary>A browser sends Basic by itself, so a page elsewhere could use it; the other forms are only sent on purpose.</summary>
    public static bool IsSentByBrowsers(HttpRequest request) =>
        !request.Headers.ContainsKey(HeaderName) && request.Headers.Authorization.ToString().StartsWith("Basic ", StringComparison.OrdinalIgnoreCase);

    private static string? PasswordOf(string base64)
    {
        var buffer = new byte[MaximumLength];
        if (!Convert.TryFromBase64String(base64, buffer, out var length))
        {
            return null;
        }
        var pair = Encoding.UTF8.GetString(buffer, 0, length);
        var colon = pair.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? null : pair[(colon + 1)..];
    }
}
