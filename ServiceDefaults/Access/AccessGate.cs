using Microsoft.AspNetCore.Http;
using Observability.Configuration;

namespace Observability.ServiceDefaults.Access;

/// <summary>
/// Judges requests by access.yaml. Without one the product serves loopback only and asks for no key; then Host, Origin and content type are checked, so
/// that no web page can speak for the person who opened it.
/// </summary>
public sealed class AccessGate(Func<AccessConfiguration?> access)
{
    /// <summary>True when there is no access.yaml: everybody on this machine may do everything.</summary>
    public bool IsOpen => access() is null;

    /// <param name="context">The request; its actor is set when access is granted.</param>
    /// <param name="role">What the endpoint does.</param>
    /// <param name="allowsForms">True when the handler itself refuses forms that carry no other proof (a signature).</param>
    public AccessVerdict Judge(HttpContext context, AccessRoles role, bool allowsForms = false)
    {
        var verdict = access() is { } configuration ? JudgeKey(context.Request, configuration, role) : JudgeOpen(context, role, allowsForms);
        if (verdict.Actor is { } actor)
        {
            context.SetActor(actor);
        }
        return verdict;
    }

    private static AccessVerdict JudgeKey(HttpRequest request, AccessConfiguration configuration, AccessRoles role)
    {
        if (PresentedKey.Of(request) is not { } presented)
        {
            return AccessVerdict.Refuse(AccessOutcome.Unauthenticated,
                "an API key is required: 'Authorization: Bearer <key>', 'X-Api-Key: <key>', or the password of Basic authentication");
        }
        if (configuration.Find(presented) is not { } key)
        {
            return AccessVerdict.Refuse(AccessOutcome.Unauthenticated, "the API key is not one of access.yaml");
        }
        if (!key.Has(role))
        {
            return AccessVerdict.Refuse(AccessOutcome.Forbidden, $"API key '{key.Name}' lacks the role '{role.ToString().ToLowerInvariant()}'; access.yaml line {key.Line} gives its roles");
        }
        // A browser shows a page elsewhere none of our answers, except what comes over a WebSocket.
        var isHidden = role == AccessRoles.Read && !request.HttpContext.WebSockets.IsWebSocketRequest;
        return !isHidden && PresentedKey.IsSentByBrowsers(request) && !LoopbackOrigin.IsOwnOrigin(request)
            ? AccessVerdict.Refuse(AccessOutcome.Forbidden, "a page of another origin may neither write nor open a WebSocket with the key that the browser remembers")
            : AccessVerdict.Grant(Actor.OfKey(key));
    }

    private static AccessVerdict JudgeOpen(HttpContext context, AccessRoles role, bool allowsForms)
    {
        if (!LoopbackOrigin.IsLoopbackConnection(context))
        {
            return AccessVerdict.Refuse(AccessOutcome.Forbidden, "without access.yaml only this machine is served; write one to serve others");
        }
        if (!LoopbackOrigin.IsLoopbackHost(context.Request.Host))
        {
            return AccessVerdict.Refuse(AccessOutcome.Forbidden, "without access.yaml the Host must be localhost, 127.0.0.1 or [::1]");
        }
        if (!LoopbackOrigin.IsOwnOrigin(context.Request))
        {
            return AccessVerdict.Refuse(AccessOutcome.Forbidden, "without access.yaml pages of another origin are not served");
        }
        var writes = role != AccessRoles.Read && !HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method);
        return writes && !allowsForms && LoopbackOrigin.IsSimpleContentType(context.Request)
            ? AccessVerdict.Refuse(AccessOutcome.UnsupportedContentType, "send 'Content-Type: application/json', or the protocol's own type; types that any web page can send are not taken without access.yaml")
            : AccessVerdict.Grant(Actor.Unsigned);
    }
}
