using Observability.Configuration.Yaml;

namespace Observability.Configuration;

/// <summary>Reads <c>http_config</c> and <c>tls_config</c> (https://prometheus.io/docs/alerting/latest/configuration/#http_config).</summary>
internal static class HttpClientReader
{
    private static readonly string[] s_versions = ["TLS10", "TLS11", "TLS12", "TLS13"];

    /// <summary>What stands under <paramref name="key"/>, or <paramref name="inherited"/> as a whole: single keys are not mixed, as in Alertmanager.</summary>
    public static HttpClientSettings Read(MappingReader parent, string key, HttpClientSettings inherited)
    {
        if (parent.Mapping(key) is not { } mapping)
        {
            return inherited;
        }
        var settings = new HttpClientSettings
        {
            Basic = ReadBasic(mapping),
            Authorization = ReadAuthorization(mapping),
            OAuth2 = ReadOAuth2(mapping),
            Tls = ReadTls(mapping, "tls_config", TlsSettings.Default),
            FollowRedirects = mapping.Flag("follow_redirects", otherwise: true),
            EnableHttp2 = mapping.Flag("enable_http2", otherwise: true),
            Proxy = ReadProxy(mapping),
            Headers = ReadHeaders(mapping),
        };
        if (new object?[] { settings.Basic, settings.Authorization, settings.OAuth2 }.Count(way => way is not null) > 1)
        {
            mapping.Error("holds more than one way to authenticate; keep one of basic_auth, authorization, oauth2");
        }
        mapping.Finish();
        return settings;
    }

    public static TlsSettings ReadTls(MappingReader parent, string key, TlsSettings inherited)
    {
        if (parent.Mapping(key) is not { } mapping)
        {
            return inherited;
        }
        var settings = new TlsSettings
        {
            Authority = mapping.Text("ca"),
            AuthorityFile = mapping.FilePath("ca_file"),
            Certificate = mapping.Text("cert"),
            CertificateFile = mapping.FilePath("cert_file"),
            Key = SecretReader.Read(mapping, "key", "key_file"),
            ServerName = mapping.Text("server_name"),
            InsecureSkipVerify = mapping.Flag("insecure_skip_verify", otherwise: false),
            MinimumVersion = ReadVersion(mapping, "min_version"),
            MaximumVersion = ReadVersion(mapping, "max_version"),
        };
        if ((settings.Certificate ?? settings.CertificateFile) is null != settings.Key is null)
        {
            mapping.Error("a client certificate needs both a certificate (cert or cert_file) and its key (key or key_file)");
        }
        mapping.Finish();
        return settings;
    }

    private static string? ReadVersion(MappingReader mapping, string key)
    {
        var version = mapping.Text(key);
        if (version is not null && !s_versions.Contains(version))
        {
            mapping.Error(key, $"must be one of {string.Join(", ", s_versions)}, not '{version}'");
        }
        return version;
    }

    private static BasicAuthentication? ReadBasic(MappingReader parent)
    {
        if (parent.Mapping("basic_auth") is not { } mapping)
        {
            return null;
        }
        var basic = new BasicAuthentication(
            mapping.Text("username"),
            mapping.FilePath("username_file"),
            SecretReader.Read(mapping, "password", "password_file"));
        mapping.Finish();
        return basic;
    }

    private static AuthorizationHeader? ReadAuthorization(MappingReader parent)
    {
        // The two older keys mean the same as authorization with its default type.
        var bearer = SecretReader.Read(parent, "bearer_token", "bearer_token_file");
        if (parent.Mapping("authorization") is not { } mapping)
        {
            return bearer is null ? null : new AuthorizationHeader("Bearer", bearer);
        }
        if (bearer is not null)
        {
            parent.Error("authorization", "excludes bearer_token and bearer_token_file");
        }
        var type = mapping.Text("type")?.Trim() is { Length: > 0 } written ? written : "Bearer";
        if (type.Equals("basic", StringComparison.OrdinalIgnoreCase))
        {
            mapping.Error("type", "must not be Basic; write basic_auth instead");
        }
        var header = new AuthorizationHeader(type, SecretReader.Read(mapping, "credentials", "credentials_file"));
        mapping.Finish();
        return header;
    }

    private static OAuth2Settings? ReadOAuth2(MappingReader parent)
    {
        if (parent.Mapping("oauth2") is not { } mapping)
        {
            return null;
        }
        var settings = new OAuth2Settings
        {
            ClientId = mapping.RequiredText("client_id", "the client that asks for a token"),
            TokenUrl = mapping.RequiredText("token_url", "where tokens are asked for"),
            ClientSecret = SecretReader.Read(mapping, "client_secret", "client_secret_file"),
            Scopes = mapping.Texts("scopes"),
            EndpointParameters = mapping.TextMap("endpoint_params"),
            Tls = ReadTls(mapping, "tls_config", TlsSettings.Default),
            Proxy = ReadProxy(mapping),
        };
        mapping.Finish();
        return settings;
    }

    private static ProxySettings ReadProxy(MappingReader mapping)
    {
        var proxy = new ProxySettings(
            mapping.Text("proxy_url"),
            mapping.Text("no_proxy"),
            mapping.Flag("proxy_from_environment", otherwise: false),
            ReadConnectHeaders(mapping));
        if (proxy is { FromEnvironment: true, Url.Length: > 0 })
        {
            mapping.Error("proxy_url", "excludes proxy_from_environment");
        }
        return proxy;
    }

    private static Dictionary<string, IReadOnlyList<Secret>> ReadConnectHeaders(MappingReader parent)
    {
        var headers = new Dictionary<string, IReadOnlyList<Secret>>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in parent.Mapping("proxy_connect_header")?.Entries() ?? [])
        {
            headers[name.Value] = ReadSecrets(values);
        }
        return headers;
    }

    private static List<HttpHeaderSetting> ReadHeaders(MappingReader parent)
    {
        var headers = new List<HttpHeaderSetting>();
        foreach (var (name, value) in parent.Mapping("http_headers")?.Entries() ?? [])
        {
            if (value.AsMapping() is { } mapping)
            {
                var values = mapping.Texts("values").Select(Secret.FromText)
                    .Concat(mapping.Value("secrets") is { } secrets ? ReadSecrets(secrets) : [])
                    .Concat(mapping.Texts("files").Select(file => Secret.FromFile(mapping.Context.Resolve(file))));
                headers.Add(new HttpHeaderSetting(name.Value, [.. values]));
                mapping.Finish();
            }
        }
        return headers;
    }

    private static List<Secret> ReadSecrets(NodeReader list)
    {
        var secrets = new List<Secret>();
        foreach (var item in list.AsItems())
        {
            if (SecretReader.ReadValue(item) is { } secret)
            {
                secrets.Add(secret);
            }
        }
        return secrets;
    }
}
