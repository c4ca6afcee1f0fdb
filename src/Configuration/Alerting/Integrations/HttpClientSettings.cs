namespace Observability.Configuration;

/// <summary>Prometheus' <c>http_config</c>: how an integration speaks HTTP. At most one way of authentication is set.</summary>
public sealed record HttpClientSettings
{
    public static HttpClientSettings Default { get; } = new();

    public BasicAuthentication? Basic { get; init; }

    public AuthorizationHeader? Authorization { get; init; }

    public OAuth2Settings? OAuth2 { get; init; }

    public TlsSettings Tls { get; init; } = TlsSettings.Default;

    public bool FollowRedirects { get; init; } = true;

    public bool EnableHttp2 { get; init; } = true;

    public ProxySettings Proxy { get; init; } = ProxySettings.None;

    /// <summary>Further request headers: each name with its values (plain, secret, from files) in the order of the file.</summary>
    public IReadOnlyList<HttpHeaderSetting> Headers { get; init; } = [];

    public IEnumerable<Secret> Secrets =>
        ((Secret?[])[Basic?.Password, Authorization?.Credentials, OAuth2?.ClientSecret, OAuth2?.Tls.Key, Tls.Key])
            .Concat(Headers.SelectMany(header => header.Values))
            .OfType<Secret>();
}

public sealed record BasicAuthentication(string? Username, string? UsernameFile, Secret? Password);

/// <summary><paramref name="Type"/> is <c>Bearer</c> unless said otherwise.</summary>
public sealed record AuthorizationHeader(string Type, Secret? Credentials);

public sealed record OAuth2Settings
{
    public required string ClientId { get; init; }

    public required string TokenUrl { get; init; }

    public Secret? ClientSecret { get; init; }

    public IReadOnlyList<string> Scopes { get; init; } = [];

    public IReadOnlyDictionary<string, string> EndpointParameters { get; init; } = new Dictionary<string, string>();

    public TlsSettings Tls { get; init; } = TlsSettings.Default;

    public ProxySettings Proxy { get; init; } = ProxySettings.None;
}

/// <summary>Certificates are PEM, written in the file or in a file of their own; null is the system's.</summary>
public sealed record TlsSettings
{
    public static TlsSettings Default { get; } = new();

    public string? Authority { get; init; }

    public string? AuthorityFile { get; init; }

    public string? Certificate { get; init; }

    public string? CertificateFile { get; init; }

    public Secret? Key { get; init; }

    public string? ServerName { get; init; }

    public bool InsecureSkipVerify { get; init; }

    /// <summary><c>TLS10</c> to <c>TLS13</c>, or null.</summary>
    public string? MinimumVersion { get; init; }

    public string? MaximumVersion { get; init; }
}

public sealed record ProxySettings(string? Url, string? NoProxy, bool FromEnvironment, IReadOnlyDictionary<string, IReadOnlyList<Secret>> ConnectHeaders)
{
    public static ProxySettings None { get; } = new(null, null, false, new Dictionary<string, IReadOnlyList<Secret>>());
}

public sealed record HttpHeaderSetting(string Name, IReadOnlyList<Secret> Values);
