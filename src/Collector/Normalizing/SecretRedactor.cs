using System.Text;
using System.Text.RegularExpressions;
using Observability.Telemetry;

namespace Observability.Collector.Normalizing;

/// <summary>
/// Takes secrets out of what is kept: bearer tokens, AWS keys, passwords in URLs, private keys. A scan for their fixed parts
/// (<see cref="SecretScan"/> for bytes) comes first; only text that may hold one meets the expressions, which are linear.
/// </summary>
internal static class SecretRedactor
{
    public const string Placeholder = "<redacted>";

    private static readonly (Regex Pattern, string Replacement)[] Patterns =
    [
        (LinearRegex.Unanchored(@"([Bb]earer\s+)[A-Za-z0-9._~+/=-]{8,}"), "$1" + Placeholder),
        (LinearRegex.Unanchored(@"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"), Placeholder),
        (LinearRegex.Unanchored(@"((?:ecret_access_key|ECRET_ACCESS_KEY)[""']?\s*[=:]\s*[""']?)[A-Za-z0-9/+=]{16,}"), "$1" + Placeholder),
        (LinearRegex.Unanchored(@"([A-Za-z][A-Za-z0-9+.-]*://[^\s:/@]*:)[^\s@/]+@"), "$1" + Placeholder + "@"),
        (LinearRegex.Unanchored(@"-----BEGIN [A-Z ]*PRIVATE KEY-----(?:[^-]|-[^-])*(?:-----END [A-Z ]*PRIVATE KEY-----)?"), Placeholder),
    ];

    /// <summary>The text without its secrets; the same instance when there are none.</summary>
    public static string Redact(string text)
    {
        if (text.Length == 0 || !MayHoldSecret(text))
        {
            return text;
        }
        foreach (var (pattern, replacement) in Patterns)
        {
            text = pattern.Replace(text, replacement);
        }
        return text;
    }

    /// <summary>The redacted bytes, or null when nothing had to be taken out.</summary>
    public static byte[]? Redact(ReadOnlySpan<byte> utf8)
    {
        if (!SecretScan.MayHoldSecret(utf8))
        {
            return null;
        }
        var text = Encoding.UTF8.GetString(utf8);
        var redacted = Redact(text);
        return ReferenceEquals(text, redacted) ? null : Encoding.UTF8.GetBytes(redacted);
    }

    private static bool MayHoldSecret(string text) =>
        text.Contains("earer ", StringComparison.Ordinal)
        || text.Contains("AKIA", StringComparison.Ordinal)
        || text.Contains("ASIA", StringComparison.Ordinal)
        || text.Contains("PRIVATE KEY", StringComparison.Ordinal)
        || text.Contains("ecret_access_key", StringComparison.OrdinalIgnoreCase)
        || text.Contains("://", StringComparison.Ordinal);
}
