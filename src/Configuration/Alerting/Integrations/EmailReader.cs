using Observability.Configuration.Yaml;

namespace Observability.Configuration;

/// <summary>Reads an entry of <c>email_configs</c>.</summary>
internal static class EmailReader
{
    public static EmailIntegration Read(MappingReader mapping, IntegrationPlace place, GlobalSettings global)
    {
        var integration = new EmailIntegration
        {
            Kind = place.Kind,
            Index = place.Index,
            Line = place.Line,
            SendResolved = mapping.Flag("send_resolved", otherwise: false),
            To = mapping.RequiredText("to", "the address that gets the mail"),
            Smtp = SmtpReader.Read(mapping, "", global.Smtp),
            Headers = ReadHeaders(mapping),
            Html = mapping.Text("html"),
            Text = mapping.Text("text"),
        };
        if (string.IsNullOrEmpty(integration.Smtp.Smarthost))
        {
            mapping.Error("has no mail server: write smarthost here, smtp_smarthost under global, or smtp.smarthost in settings.yaml");
        }
        if (string.IsNullOrEmpty(integration.Smtp.From))
        {
            mapping.Error("has no sender: write from here, smtp_from under global, or smtp.from in settings.yaml");
        }
        return integration;
    }

    private static Dictionary<string, string> ReadHeaders(MappingReader parent)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in parent.Mapping("headers")?.Entries() ?? [])
        {
            if (!headers.TryAdd(Canonical(name.Value), value.AsText() ?? ""))
            {
                value.Error($"header '{Canonical(name.Value)}' is written twice; case does not distinguish headers");
            }
        }
        return headers;
    }

    /// <summary><c>reply-to</c> → <c>Reply-To</c>.</summary>
    private static string Canonical(string name) =>
        string.Join('-', name.Split('-').Select(part => part.Length == 0 ? part : char.ToUpperInvariant(part[0]) + part[1..].ToLowerInvariant()));
}

/// <summary>Reads how mail is sent: <c>global.smtp_*</c>, the same keys without prefix of an integration, and <c>smtp</c> in settings.yaml.</summary>
internal static class SmtpReader
{
    public static SmtpSettings Read(MappingReader mapping, string prefix, SmtpSettings inherited) => new()
    {
        Smarthost = ReadSmarthost(mapping, prefix + "smarthost") ?? inherited.Smarthost,
        From = NotEmpty(mapping.Text(prefix + "from")) ?? inherited.From,
        Hello = NotEmpty(mapping.Text(prefix + "hello")) ?? inherited.Hello,
        AuthUsername = NotEmpty(mapping.Text(prefix + "auth_username")) ?? inherited.AuthUsername,
        AuthPassword = SecretReader.Read(mapping, prefix + "auth_password", prefix + "auth_password_file") ?? inherited.AuthPassword,
        AuthSecret = SecretReader.Read(mapping, prefix + "auth_secret", prefix + "auth_secret_file") ?? inherited.AuthSecret,
        AuthIdentity = NotEmpty(mapping.Text(prefix + "auth_identity")) ?? inherited.AuthIdentity,
        RequireTls = mapping.Flag(prefix + "require_tls", inherited.RequireTls),
        Tls = HttpClientReader.ReadTls(mapping, prefix + "tls_config", inherited.Tls),
    };

    private static string? NotEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static string? ReadSmarthost(MappingReader mapping, string key)
    {
        if (NotEmpty(mapping.Text(key)) is not { } smarthost)
        {
            return null;
        }
        var colon = smarthost.LastIndexOf(':');
        var isAddress = colon >= 0 && ushort.TryParse(smarthost.AsSpan(colon + 1), out var port) && port > 0
            // An IPv6 address has colons of its own and stands in brackets.
            && (!smarthost.AsSpan(0, colon).Contains(':') || (smarthost[0] == '[' && smarthost[colon - 1] == ']'));
        if (!isAddress)
        {
            mapping.Error(key, $"must be host:port, for example smtp.example.com:587, not '{smarthost}'");
        }
        return smarthost;
    }
}
