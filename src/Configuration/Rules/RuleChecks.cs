namespace Observability.Configuration;

/// <summary>
/// What judges the languages inside a rule file; they live in other projects, so they are passed in. Each gets the text and gives null when it is right, else what
/// is wrong and where. A missing one judges nothing.
/// </summary>
public sealed record RuleChecks
{
    public static RuleChecks None { get; } = new();

    public Func<string, string?>? PromQL { get; init; }

    public Func<string, string?>? LogQL { get; init; }

    /// <summary>Go templates in annotations and in label values of alerting rules.</summary>
    public Func<string, string?>? Template { get; init; }

    internal Func<string, string?>? For(RuleLanguage language) => language == RuleLanguage.PromQL ? PromQL : LogQL;
}
