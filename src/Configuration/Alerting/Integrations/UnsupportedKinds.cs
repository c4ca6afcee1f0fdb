using Observability.Configuration.Yaml;

namespace Observability.Configuration;

/// <summary>
/// The integrations of Alertmanager 0.25 to 0.28 that this product does not deliver, with their keys, so that a file that uses them loads, a typing error in it
/// is still found, and its secrets are not shown.
/// </summary>
internal static class UnsupportedKinds
{
    private static readonly Dictionary<string, (string[] Keys, string[] Secrets)> s_kinds = new(StringComparer.Ordinal)
    {
        ["discord"] = (["content", "title", "message", "username", "avatar_url", "webhook_url_file"], ["webhook_url"]),
        ["jira"] = (["api_url", "project", "summary", "description", "labels", "priority", "issue_type", "reopen_transition", "resolve_transition",
            "wont_fix_resolution", "reopen_duration", "fields", "api_type"], []),
        ["pushover"] = (["user_key_file", "token_file", "title", "message", "url", "url_title", "device", "sound", "priority", "retry", "expire", "ttl", "html",
            "monospace"], ["user_key", "token"]),
        ["rocketchat"] = (["api_url", "channel", "token_id_file", "token_file", "color", "title", "title_link", "text", "fields", "short_fields", "emoji", "icon_url",
            "image_url", "thumb_url", "link_names", "actions"], ["token", "token_id"]),
        ["sns"] = (["api_url", "sigv4", "topic_arn", "phone_number", "target_arn", "subject", "message", "attributes"], []),
        ["telegram"] = (["api_url", "bot_token_file", "chat_id", "message_thread_id", "message", "disable_notifications", "parse_mode"], ["bot_token"]),
        ["victorops"] = (["api_key_file", "api_url", "routing_key", "message_type", "state_message", "entity_display_name", "monitoring_tool", "custom_fields"],
            ["api_key"]),
        ["webex"] = (["api_url", "room_id", "message"], []),
        ["wechat"] = (["corp_id", "message", "api_url", "to_user", "to_party", "to_tag", "agent_id", "message_type"], ["api_secret"]),
    };

    public static bool Contains(string kind) => s_kinds.ContainsKey(kind);

    public static IEnumerable<string> Names => s_kinds.Keys;

    public static UnsupportedIntegration Read(MappingReader mapping, IntegrationPlace place)
    {
        var (keys, secrets) = s_kinds[place.Kind];
        mapping.Know(keys);
        mapping.Know("send_resolved");
        foreach (var secret in secrets)
        {
            SecretReader.Read(mapping, secret, fileKey: null);
        }
        HttpClientReader.Read(mapping, "http_config", HttpClientSettings.Default);
        if (mapping.Mapping("sigv4") is { } signing)
        {
            SecretReader.Read(signing, "secret_key", fileKey: null);
        }
        return new UnsupportedIntegration(place.Kind, place.Line);
    }
}
