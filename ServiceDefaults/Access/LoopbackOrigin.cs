using System.Net;
using Microsoft.AspNetCore.Http;

namespace Observability.ServiceDefaults.Access;

/// <summary>
/// What keeps web pages out of a product that asks for no key. A page on any site can make the browser send requests to 127.0.0.1; it cannot hide its
/// Origin, cannot use a Host of ours after rebinding DNS, and cannot send other than the three simple content types without being asked first.
/// </summary>
internal static class LoopbackOrigin
{
    // A browser sends these without a preflight request (Fetch standard, "CORS-safelisted request-header").
    private static readonly string[] SimpleContentTypes = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"];

    public static bool IsLoopbackConnection(HttpContext context) =>
        // In-memory test servers and Unix sockets have no address: whoever can open them is local.
        context.Connection.RemoteIpAddress is not { } remote || IPAddress.IsLoopback(remote.IsIPv4MappedToIPv6 ? remote.MapToIPv4() : remote);

    public static bool IsLoopbackHost(HostString host) =>
        host.Host is { Length: > 0 } name
        && (name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(name.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address)));

    /// <summary>No Origin (not a browser, or a plain navigation), or exactly the address that was asked.</summary>
    public static bool IsOwnOrigin(HttpRequest request)
    {
        var origin = request.Headers.Origin.ToString();
        return origin.Length == 0
            || (Uri.TryCreate(origin, UriKind.Absolute, out var uri) && string.Equals(uri.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase));
    }

    public static bool IsSimpleContentType(HttpRequest request)
    {
        if (request.ContentType is not { Length: > 0 } contentType)
        {
            // A body without a type is one that fetch() can send; no body (a DELETE) needs no type.
            return request.ContentLength is null or > 0 && HttpMethods.IsPost(request.Method);
        }
        var type = contentType.AsSpan(0, contentType.IndexOf(';', StringComparison.Ordinal) is >= 0 and var semicolon ? semicolon : contentType.Length).Trim();
        foreach (var simple in SimpleContentTypes)
        {
            if (type.Equals(simple, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }
        return false;
    }
}
