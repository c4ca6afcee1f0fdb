using System.Net;
using Observability.Configuration;

namespace Observability.Notifier.Channels;

/// <summary>Builds the connection side of an <c>http_config</c>: TLS, proxy, redirects.</summary>
internal static class HttpHandler
{
    /// <summary>An address may move: connections are not kept longer, so that DNS is asked again.</summary>
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    /// <exception cref="HttpSettingsException">A certificate or key cannot be read, or something is asked for that is not there yet.</exception>
    public static SocketsHttpHandler Of(HttpClientSettings settings, IFileReader files)
    {
        if (settings.OAuth2 is not null)
        {
            throw new HttpSettingsException("http_config.oauth2 is not supported yet; use authorization or basic_auth");
        }
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = settings.FollowRedirects,
            ConnectTimeout = ConnectTimeout,
            PooledConnectionLifetime = ConnectionLifetime,
            UseCookies = false,
            UseProxy = settings.Proxy.FromEnvironment || settings.Proxy.Url is not null,
            SslOptions = TlsOptions.Of(settings.Tls, files),
        };
        if (settings.Proxy.Url is { } proxy)
        {
            handler.Proxy = new WebProxy(proxy);
        }
        return handler;
    }
}

/// <summary>Settings that cannot be used as they are; the message says which and why.</summary>
internal sealed class HttpSettingsException(string message, Exception? inner = null) : Exception(message, inner);
