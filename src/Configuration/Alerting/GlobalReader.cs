using Observability.Configuration.Yaml;

namespace Observability.Configuration;

/// <summary>Reads the <c>global</c> section.</summary>
internal static class GlobalReader
{
    /// <summary>For integrations that are not delivered here. Their secrets are listed apart so that they are not shown.</summary>
    private static readonly string[] s_foreignKeys =
    [
        "jira_api_url", "rocketchat_api_url", "rocketchat_token_file", "rocketchat_token_id_file", "telegram_api_url", "telegram_bot_token_file",
        "victorops_api_key_file", "victorops_api_url", "webex_api_url", "wechat_api_corp_id", "wechat_api_url",
    ];

    private static readonly string[] s_foreignSecrets = ["rocketchat_token", "rocketchat_token_id", "telegram_bot_token", "victorops_api_key", "wechat_api_secret"];

    public static GlobalSettings Read(MappingReader root, SmtpSettings? smtp)
    {
        var defaults = new GlobalSettings { Smtp = smtp ?? new SmtpSettings() };
        if (root.Mapping("global") is not { } mapping)
        {
            return defaults;
        }
        var settings = new GlobalSettings
        {
            ResolveTimeout = mapping.Duration("resolve_timeout") ?? defaults.ResolveTimeout,
            Http = HttpClientReader.Read(mapping, "http_config", defaults.Http),
            Smtp = SmtpReader.Read(mapping, "smtp_", defaults.Smtp),
            SlackApiUrl = SecretReader.Read(mapping, "slack_api_url", "slack_api_url_file", isUrl: true),
            PagerDutyUrl = mapping.Url("pagerduty_url") ?? defaults.PagerDutyUrl,
            OpsgenieApiUrl = mapping.Url("opsgenie_api_url") ?? defaults.OpsgenieApiUrl,
            OpsgenieApiKey = SecretReader.Read(mapping, "opsgenie_api_key", "opsgenie_api_key_file"),
        };
        mapping.Know(s_foreignKeys);
        foreach (var secret in s_foreignSecrets)
        {
            SecretReader.Read(mapping, secret, fileKey: null);
        }
        mapping.Finish();
        return settings;
    }
}
