using Observability.Configuration;
using Observability.Telemetry;

namespace Observability.RuleEngine.Api;

/// <summary>The <c>filter</c> parameters of Alertmanager's API: each one or more matchers, with or without braces.</summary>
internal static class AlertFilter
{
    /// <summary>Adds the matchers; returns null, or what was wrong with the text.</summary>
    public static string? TryParse(string text, List<LabelMatcher> matchers)
    {
        if (!MatcherText.TryParse(text, out var parsed, out var error))
        {
            return $"filter '{text}' is no matcher: {error}";
        }
        matchers.AddRange(parsed);
        return null;
    }
}
