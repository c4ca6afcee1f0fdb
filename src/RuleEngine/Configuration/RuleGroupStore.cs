using System.Text.Json;
using Observability.Configuration;
using Observability.StateStore;

namespace Observability.RuleEngine.Configuration;

/// <summary>A rule group that was written over the API: its text as it was sent, who and when.</summary>
/// <param name="Version">The document's version in the store; 0 before it is stored.</param>
internal sealed record StoredRuleGroup(string Name, string Text, string Actor, DateTimeOffset At, ulong Version)
{
    public string ETag => ETagOf(Version);

    public static string ETagOf(ulong version) => $"\"{version}\"";
}

/// <summary>Rule groups of the API in the state store, and their reading as rule files.</summary>
internal sealed class RuleGroupStore(IStateStore store)
{
    public const string Collection = "rule-groups";

    /// <summary>What stands in place of a file's name, in errors and in <c>/api/v1/rules</c>.</summary>
    private const string FilePrefix = "api:";

    public static bool IsStored(RuleGroup group) => group.File.StartsWith(FilePrefix, StringComparison.Ordinal);

    public async Task<IReadOnlyList<StoredRuleGroup>> ListAsync(CancellationToken cancellationToken)
    {
        var groups = new List<StoredRuleGroup>();
        await foreach (var document in store.ListAsync(Collection, "", cancellationToken))
        {
            groups.Add(JsonSerializer.Deserialize(document.Content.Span, ConfigurationJson.Default.StoredRuleGroup)! with { Version = document.Version });
        }
        return groups;
    }

    public StateTransaction Put(StateTransaction transaction, StoredRuleGroup group, ulong expectedVersion) =>
        transaction.Put(Collection, group.Name, JsonSerializer.SerializeToUtf8Bytes(group, ConfigurationJson.Default.StoredRuleGroup), expectedVersion);

    public StateTransaction Delete(StateTransaction transaction, StoredRuleGroup group) => transaction.Delete(Collection, group.Name, group.Version);

    /// <summary>Reads the text of a group as a rule file of its own; errors carry the line within the text.</summary>
    public static RuleFile? Parse(StoredRuleGroup group, ICollection<ConfigurationError> errors)
    {
        var file = $"{FilePrefix}{group.Name}";
        var result = RuleFileReader.ReadOneGroup(group.Text, file, RuleLanguage.PromQL, RuleChecks.None);
        foreach (var error in result.Errors)
        {
            errors.Add(error);
        }
        if (result.Value is { } parsed && parsed.Groups[0].Name != group.Name)
        {
            errors.Add(new ConfigurationError(file, parsed.Groups[0].Line, 0, "name", $"is '{parsed.Groups[0].Name}', but the address names '{group.Name}'"));
            return null;
        }
        return result.Value;
    }
}
