namespace Observability.Configuration;

/// <summary>One entry under a receiver. <see cref="Name"/> (<c>slack[0]</c>) is stable as long as the file is, and part of an intent's identity.</summary>
public abstract record Integration
{
    /// <summary>The key without its ending: <c>slack</c>, <c>email</c>, <c>webhook</c>, <c>pagerduty</c>, <c>opsgenie</c>, <c>msteams</c>, <c>msteamsv2</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Position within its kind, from 0.</summary>
    public required int Index { get; init; }

    public required int Line { get; init; }

    public string Name => $"{Kind}[{Index}]";

    /// <summary>Whether the end is told too. Default true, but false for Slack and e-mail, as in Alertmanager.</summary>
    public bool SendResolved { get; init; } = true;

    /// <summary>Every secret that delivering needs.</summary>
    public abstract IEnumerable<Secret> Secrets { get; }
}

/// <summary>An integration that this product does not deliver.</summary>
public sealed record UnsupportedIntegration(string Kind, int Line);

/// <summary>
/// Slack. Texts are templates; null means the channel's own default. With an <see cref="ApiUrl"/> that ends in <c>chat.postMessage</c> and a bearer
/// credential in <see cref="Http"/> it is the Web API, else an incoming webhook.
/// </summary>
public sealed record SlackIntegration : Integration
{
    public Secret? ApiUrl { get; init; }

    public HttpClientSettings Http { get; init; } = HttpClientSettings.Default;

    public string Channel { get; init; } = "";

    public string? Username { get; init; }

    public string? Color { get; init; }

    public string? Title { get; init; }

    public string? TitleLink { get; init; }

    public string? Pretext { get; init; }

    public string? Text { get; init; }

    public string? Footer { get; init; }

    public string? Fallback { get; init; }

    public string? CallbackId { get; init; }

    public string? IconEmoji { get; init; }

    public string? IconUrl { get; init; }

    public string? ImageUrl { get; init; }

    public string? ThumbUrl { get; init; }

    public bool LinkNames { get; init; }

    public bool ShortFields { get; init; }

    public IReadOnlyList<string> MarkdownIn { get; init; } = [];

    public IReadOnlyList<SlackField> Fields { get; init; } = [];

    public IReadOnlyList<SlackAction> Actions { get; init; } = [];

    public override IEnumerable<Secret> Secrets => Http.Secrets.Concat(ApiUrl is null ? [] : [ApiUrl]);
}

/// <summary><paramref name="Short"/> is null when the integration's <c>short_fields</c> decides.</summary>
public sealed record SlackField(string Title, string Value, bool? Short);

public sealed record SlackAction
{
    public required string Type { get; init; }

    public required string Text { get; init; }

    public string? Url { get; init; }

    public string? Style { get; init; }

    public string? Name { get; init; }

    public string? Value { get; init; }

    public SlackConfirmation? Confirm { get; init; }
}

public sealed record SlackConfirmation(string Text, string? Title, string? OkText, string? DismissText);

/// <summary>E-mail. <see cref="To"/>, headers and bodies are templates; <see cref="Smtp"/> has the global values filled in.</summary>
public sealed record EmailIntegration : Integration
{
    public required string To { get; init; }

    public SmtpSettings Smtp { get; init; } = new();

    /// <summary>Names in canonical form (<c>Subject</c>, <c>Reply-To</c>), each once.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Null: the channel's own; an empty string: no such part.</summary>
    public string? Html { get; init; }

    /// <summary>Null or empty: no such part.</summary>
    public string? Text { get; init; }

    public override IEnumerable<Secret> Secrets => Smtp.Secrets;
}

/// <summary>How mail is sent, from <c>global.smtp_*</c> and from the integration's own keys.</summary>
public sealed record SmtpSettings
{
    /// <summary><c>host:port</c>.</summary>
    public string? Smarthost { get; init; }

    public string? From { get; init; }

    /// <summary>The name said in EHLO. Default <c>localhost</c>.</summary>
    public string Hello { get; init; } = "localhost";

    public string? AuthUsername { get; init; }

    public Secret? AuthPassword { get; init; }

    /// <summary>For CRAM-MD5.</summary>
    public Secret? AuthSecret { get; init; }

    public string? AuthIdentity { get; init; }

    /// <summary>Default true: a server without STARTTLS is refused.</summary>
    public bool RequireTls { get; init; } = true;

    public TlsSettings Tls { get; init; } = TlsSettings.Default;

    public IEnumerable<Secret> Secrets
    {
        get
        {
            foreach (var secret in (Secret?[])[AuthPassword, AuthSecret, Tls.Key])
            {
                if (secret is not null)
                {
                    yield return secret;
                }
            }
        }
    }
}

/// <summary>A POST in Alertmanager's version 4 shape.</summary>
public sealed record WebhookIntegration : Integration
{
    public required Secret Url { get; init; }

    public HttpClientSettings Http { get; init; } = HttpClientSettings.Default;

    /// <summary>At most this many alerts a message; 0 is no limit.</summary>
    public int MaximumAlerts { get; init; }

    /// <summary>Zero: the channel's own.</summary>
    public TimeSpan Timeout { get; init; }

    public override IEnumerable<Secret> Secrets => Http.Secrets.Append(Url);
}

/// <summary>PagerDuty. <see cref="RoutingKey"/> is Events API v2, <see cref="ServiceKey"/> the older integration; one of them is set.</summary>
public sealed record PagerDutyIntegration : Integration
{
    public Secret? RoutingKey { get; init; }

    public Secret? ServiceKey { get; init; }

    public required string Url { get; init; }

    public HttpClientSettings Http { get; init; } = HttpClientSettings.Default;

    public string? Client { get; init; }

    public string? ClientUrl { get; init; }

    public string? Description { get; init; }

    public string? Severity { get; init; }

    public string? Source { get; init; }

    public string? Class { get; init; }

    public string? Component { get; init; }

    public string? Group { get; init; }

    public IReadOnlyDictionary<string, string> Details { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<PagerDutyImage> Images { get; init; } = [];

    public IReadOnlyList<PagerDutyLink> Links { get; init; } = [];

    /// <summary>Zero: the channel's own.</summary>
    public TimeSpan Timeout { get; init; }

    public override IEnumerable<Secret> Secrets => Http.Secrets.Concat(RoutingKey is null ? [] : [RoutingKey]).Concat(ServiceKey is null ? [] : [ServiceKey]);
}

public sealed record PagerDutyImage(string? Source, string? Alternative, string? Link);

public sealed record PagerDutyLink(string? Link, string? Text);

public sealed record OpsgenieIntegration : Integration
{
    public Secret? ApiKey { get; init; }

    public required string ApiUrl { get; init; }

    public HttpClientSettings Http { get; init; } = HttpClientSettings.Default;

    public string? Message { get; init; }

    public string? Description { get; init; }

    public string? Source { get; init; }

    public IReadOnlyDictionary<string, string> Details { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<OpsgenieResponder> Responders { get; init; } = [];

    public string? Tags { get; init; }

    public string? Note { get; init; }

    public string? Priority { get; init; }

    public string? Entity { get; init; }

    public string? Actions { get; init; }

    public bool UpdateAlerts { get; init; }

    public override IEnumerable<Secret> Secrets => Http.Secrets.Concat(ApiKey is null ? [] : [ApiKey]);
}

/// <summary>One of <paramref name="Id"/>, <paramref name="Name"/>, <paramref name="Username"/> is set.</summary>
public sealed record OpsgenieResponder(string? Id, string? Name, string? Username, string Type);

/// <summary>Microsoft Teams: <c>msteams_configs</c> (connectors) and <c>msteamsv2_configs</c> (workflows).</summary>
public sealed record TeamsIntegration : Integration
{
    public required Secret WebhookUrl { get; init; }

    public HttpClientSettings Http { get; init; } = HttpClientSettings.Default;

    public string? Title { get; init; }

    public string? Summary { get; init; }

    public string? Text { get; init; }

    public override IEnumerable<Secret> Secrets => Http.Secrets.Append(WebhookUrl);
}
