using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Observability.Configuration;

namespace Observability.RuleEngine.Configuration;

/// <summary>One active configuration, for the record: what changed, when, by whom.</summary>
internal sealed record ConfigurationVersion(long Number, string ContentHash, string Actor, DateTimeOffset At, string What);


/// <summary>The identity of a configuration's content: files and groups of the API together.</summary>
internal static class VersionHash
{
    public static string Of(LoadedConfiguration configuration, IReadOnlyList<StoredRuleGroup> groups)
    {
        var text = new StringBuilder(configuration.ContentHash);
        foreach (var group in groups.OrderBy(group => group.Name, StringComparer.Ordinal))
        {
            text.Append('\n').Append(group.Name.Length).Append(':').Append(group.Name).Append(group.Text);
        }
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ConfigurationVersion))]
[JsonSerializable(typeof(StoredRuleGroup))]
internal sealed partial class ConfigurationJson : JsonSerializerContext;
