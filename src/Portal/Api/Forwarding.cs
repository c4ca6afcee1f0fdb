using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Observability.Configuration;
using Observability.ServiceDefaults.Access;
using Observability.ServiceDefaults.Http;

namespace Observability.Portal.Api;

/// <summary>
/// Sends a request on to the service that answers it and streams both bodies, so that people, senders and Grafana need one address. It repeats nothing:
/// only the sender knows whether twice is harmless. Access is judged by the service, with the sender's own key; what only this process can see (the Host and
/// Origin that a browser sent, and where from) is judged here when there are no keys.
/// </summary>
internal sealed class Forwarding : IDisposable
{
    /// <summary>Connections to one address of a service. More would let one slow service take the sockets of all.</summary>
    private const int ConnectionsPerService = 256;

    // RFC 9110, section 7.6.1: these speak about one connection and not about the message.
    private static readonly HashSet<string> HopHeaders = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authenticate", "Proxy-Authorization", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "Host", "Content-Length",
    };

    private readonly AccessGate _gate;
    private readonly ILogger<Forwarding> _logger;
    private readonly HttpMessageInvoker _client;

    public Forwarding(AccessGate gate, IConfiguration configuration, ILogger<Forwarding> logger)
    {
        _gate = gate;
        _logger = logger;
        _client = new HttpMessageInvoker(new ServiceDiscoveryHandler(configuration)
        {
            InnerHandler = new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                AutomaticDecompression = DecompressionMethods.None,
                UseCookies = false,
                ConnectTimeout = TimeSpan.FromSeconds(5),
                MaxConnectionsPerServer = ConnectionsPerService,
                // An address may move to another machine: connections are renewed before anybody waits for a name's old answer.
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            },
        });
    }

    public void Map(IEndpointRouteBuilder endpoints)
    {
        foreach (var (pattern, service) in ServiceRoutes.All)
        {
            endpoints.Map(pattern, (HttpContext http) => ForwardAsync(http, service));
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task ForwardAsync(HttpContext http, string service)
    {
        if (_gate.IsOpen && _gate.Judge(http, AccessRoles.Read) is { IsGranted: false } refused)
        {
            await AccessExtensions.WriteRefusalAsync(http, refused);
            return;
        }
        // The service has the limits; a second, smaller one here would refuse what it takes.
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }
        using var request = RequestTo(service, http.Request);
        HttpResponseMessage response;
        try
        {
            response = await _client.SendAsync(request, http.RequestAborted);
        }
        catch (HttpRequestException exception)
        {
            Log.ServiceUnreachable(_logger, service, http.Request.Path, exception.Message);
            await WriteUnreachableAsync(http, service);
            return;
        }
        using (response)
        {
            await CopyAsync(response, http);
        }
    }

    private static HttpRequestMessage RequestTo(string service, HttpRequest source)
    {
        var address = new UriBuilder("http", service) { Path = source.Path.ToUriComponent(), Query = source.QueryString.ToUriComponent() };
        var request = new HttpRequestMessage(new HttpMethod(source.Method), address.Uri);
        if (source.ContentLength is > 0 || source.Headers.TransferEncoding.Count > 0 || (source.ContentLength is null && source.HttpContext.Request.Protocol == HttpProtocol.Http2))
        {
            request.Content = new StreamContent(source.Body);
            request.Content.Headers.ContentLength = source.ContentLength;
        }
        else if (source.ContentType is not null || source.ContentLength is 0)
        {
            request.Content = new ByteArrayContent([]);
        }
        foreach (var (name, values) in source.Headers)
        {
            // The service sees its own address as Host, so an Origin of ours would look foreign to it: it was compared here.
            if (HopHeaders.Contains(name) || (name.Equals("Origin", StringComparison.OrdinalIgnoreCase) && IsOwnOrigin(source, values.ToString())))
            {
                continue;
            }
            if (!request.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
            }
        }
        request.Headers.TryAddWithoutValidation("X-Forwarded-For", source.HttpContext.Connection.RemoteIpAddress?.ToString());
        request.Headers.TryAddWithoutValidation("X-Forwarded-Proto", source.Scheme);
        request.Headers.TryAddWithoutValidation("X-Forwarded-Host", source.Host.Value);
        return request;
    }

    private static bool IsOwnOrigin(HttpRequest request, string origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri) && string.Equals(uri.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase);

    private static async Task CopyAsync(HttpResponseMessage response, HttpContext http)
    {
        http.Response.StatusCode = (int)response.StatusCode;
        Copy(response.Headers, http.Response.Headers);
        Copy(response.Content.Headers, http.Response.Headers);
        if (response.Content.Headers.ContentLength is { } length)
        {
            http.Response.ContentLength = length;
        }
        await response.Content.CopyToAsync(http.Response.Body, http.RequestAborted);
    }

    private static void Copy(HttpHeaders from, IHeaderDictionary to)
    {
        foreach (var (name, values) in from.NonValidated)
        {
            if (!HopHeaders.Contains(name))
            {
                to[name] = values.ToArray();
            }
        }
    }

    private static async Task WriteUnreachableAsync(HttpContext http, string service)
    {
        http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        http.Response.Headers.RetryAfter = "5";
        http.Response.ContentType = "application/json";
        await JsonSerializer.SerializeAsync(http.Response.Body,
            new ForwardingProblem("unreachable", $"the {service} service does not answer; nothing was taken, send it again in a few seconds"),
            ForwardingJson.Default.ForwardingProblem, http.RequestAborted);
    }
}

/// <summary>The body of a refusal, in the shape of every other refusal of the product.</summary>
internal sealed record ForwardingProblem(string Error, string Reason);

[System.Text.Json.Serialization.JsonSourceGenerationOptions(PropertyNamingPolicy = System.Text.Json.Serialization.JsonKnownNamingPolicy.SnakeCaseLower)]
[System.Text.Json.Serialization.JsonSerializable(typeof(ForwardingProblem))]
internal sealed partial class ForwardingJson : System.Text.Json.Serialization.JsonSerializerContext;
