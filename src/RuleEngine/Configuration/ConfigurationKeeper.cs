using System.Text.Json;
using Observability.Configuration;
using Observability.RuleEngine.Rules;
using Observability.StateStore;

namespace Observability.RuleEngine.Configuration;

/// <summary>What a change of configuration came to: the active version, or every reason why the old one stays.</summary>
internal sealed record ChangeOutcome(ChangeStatus Status, long Version, IReadOnlyList<ConfigurationError> Errors, string Reason = "", string ETag = "")
{
    public static ChangeOutcome Invalid(IReadOnlyList<ConfigurationError> errors) => new(ChangeStatus.Invalid, 0, errors);
}

/// <summary>How a change ended; each is one HTTP status.</summary>
internal enum ChangeStatus
{
    /// <summary>Active now.</summary>
    Applied,

    /// <summary>422: wrong, with every error and its line.</summary>
    Invalid,

    /// <summary>409: a file defines the group, or somebody else changed it at the same moment.</summary>
    Conflict,

    /// <summary>412: the version in If-Match is not the present one.</summary>
    Outdated,

    /// <summary>404.</summary>
    Missing,
}

/// <summary>
/// The one active configuration: the files of <c>--config</c> and the rule groups written over the API, under one rising version number. A change is
/// built whole, stored, and then swapped in; one that cannot be built changes nothing.
/// </summary>
internal sealed class ConfigurationKeeper(ActiveConfiguration active, IStateStore store, TimeProvider time) : IDisposable
{
    public const string Versions = "configuration-versions";
    public const string ActiveKey = "active";

    private readonly SemaphoreSlim _oneChange = new(1);
    private readonly RuleGroupStore _groups = new(store);
    private AlertingGraph? _current;

    /// <summary>Raised after a swap.</summary>
    public event Action? Changed;

    public AlertingGraph Current => _current ?? throw new InvalidOperationException("the configuration was not loaded before the engine was started");

    /// <summary>Reads files and stored groups. At start, and on <c>/-/reload</c>.</summary>
    public async Task<ChangeOutcome> ReloadAsync(string actor, CancellationToken cancellationToken)
    {
        await _oneChange.WaitAsync(cancellationToken);
        try
        {
            var load = active.Read();
            return await ApplyAsync(load, await _groups.ListAsync(cancellationToken), new StateTransaction(), actor, "files read", cancellationToken);
        }
        finally
        {
            _oneChange.Release();
        }
    }

    /// <summary>Every error that the group would have, without changing anything and without reading a file.</summary>
    public async Task<IReadOnlyList<ConfigurationError>> ValidateAsync(string name, string text, CancellationToken cancellationToken)
    {
        var stored = await _groups.ListAsync(cancellationToken);
        var build = Build(FilesInForce(), [.. stored.Where(group => group.Name != name), new StoredRuleGroup(name, text, "", default, 0)], Current.Version);
        return build.Errors;
    }

    public Task<IReadOnlyList<StoredRuleGroup>> StoredGroupsAsync(CancellationToken cancellationToken) => _groups.ListAsync(cancellationToken);

    /// <param name="name">The group's name; the text must say the same.</param>
    /// <param name="text">YAML or JSON of one group.</param>
    /// <param name="ifMatch">The ETag it is based on; null writes over whatever is there, <c>*</c> only over something.</param>
    /// <param name="actor">Who, for the record.</param>
    /// <param name="cancellationToken">Ends the wait, not a change that was begun.</param>
    public async Task<ChangeOutcome> PutGroupAsync(string name, string text, string? ifMatch, string actor, CancellationToken cancellationToken)
    {
        await _oneChange.WaitAsync(cancellationToken);
        try
        {
            var stored = await _groups.ListAsync(cancellationToken);
            var existing = stored.FirstOrDefault(group => group.Name == name);
            if (Refuse(name, existing, ifMatch) is { } refusal)
            {
                return refusal;
            }
            var group = new StoredRuleGroup(name, text, actor, time.GetUtcNow(), 0);
            var transaction = _groups.Put(new StateTransaction(), group, existing?.Version ?? StateTransaction.Absent);
            return await ApplyAsync(FilesInForce(), [.. stored.Where(other => other.Name != name), group], transaction, actor, $"rule group {name} written", cancellationToken);
        }
        finally
        {
            _oneChange.Release();
        }
    }

    public async Task<ChangeOutcome> DeleteGroupAsync(string name, string? ifMatch, string actor, CancellationToken cancellationToken)
    {
        await _oneChange.WaitAsync(cancellationToken);
        try
        {
            var stored = await _groups.ListAsync(cancellationToken);
            var existing = stored.FirstOrDefault(group => group.Name == name);
            if (Refuse(name, existing, ifMatch) is { } refusal)
            {
                return refusal;
            }
            if (existing is null)
            {
                return new ChangeOutcome(ChangeStatus.Missing, Current.Version, [], $"there is no rule group '{name}'");
            }
            var transaction = _groups.Delete(new StateTransaction(), existing);
            return await ApplyAsync(FilesInForce(), [.. stored.Where(other => other.Name != name)], transaction, actor, $"rule group {name} deleted", cancellationToken);
        }
        finally
        {
            _oneChange.Release();
        }
    }

    public void Dispose() => _oneChange.Dispose();

    private ChangeOutcome? Refuse(string name, StoredRuleGroup? existing, string? ifMatch)
    {
        if (Current.Configuration.RuleGroups.FirstOrDefault(group => group.Name == name && !RuleGroupStore.IsStored(group)) is { } fromFile)
        {
            return new ChangeOutcome(ChangeStatus.Conflict, Current.Version, [],
                $"rule group '{name}' is defined in {fromFile.File}, line {fromFile.Line}; change it there and call /-/reload");
        }
        if (ifMatch is null || (ifMatch == "*" && existing is not null) || (existing is not null && existing.ETag == ifMatch))
        {
            return null;
        }
        return new ChangeOutcome(ChangeStatus.Outdated, Current.Version, [],
            existing is null ? $"rule group '{name}' does not exist" : $"rule group '{name}' has changed: it is {existing.ETag} now", existing?.ETag ?? "");
    }

    private async Task<ChangeOutcome> ApplyAsync(ConfigurationLoad load, IReadOnlyList<StoredRuleGroup> groups, StateTransaction transaction, string actor, string what,
        CancellationToken cancellationToken)
    {
        var stored = await store.GetAsync(Versions, ActiveKey, cancellationToken);
        var before = stored is null ? null : JsonSerializer.Deserialize(stored.Content.Span, ConfigurationJson.Default.ConfigurationVersion);

        // 1. Everything that can fail.
        var build = Build(load, groups, (before?.Number ?? 0) + 1);
        if (build.Graph is not { } graph)
        {
            return ChangeOutcome.Invalid(build.Errors);
        }
        var hash = VersionHash.Of(graph.Configuration, groups);
        if (before?.ContentHash == hash)
        {
            // The same content is the same version: a restart or an idle reload changes nothing.
            Swap(new AlertingGraph(before.Number, graph.Configuration, graph.Groups));
            return new ChangeOutcome(ChangeStatus.Applied, before.Number, []);
        }

        // 2. What survives a restart.
        var version = new ConfigurationVersion(graph.Version, hash, actor, time.GetUtcNow(), what);
        var content = JsonSerializer.SerializeToUtf8Bytes(version, ConfigurationJson.Default.ConfigurationVersion);
        transaction.Put(Versions, ActiveKey, content, stored?.Version ?? StateTransaction.Absent).Put(Versions, $"{version.Number:d10}", content);
        var outcome = await store.CommitAsync(transaction, cancellationToken);
        if (!outcome.IsCommitted)
        {
            return new ChangeOutcome(ChangeStatus.Conflict, Current.Version, [], outcome.Reason);
        }

        // 3. One reference.
        Swap(graph);
        return new ChangeOutcome(ChangeStatus.Applied, graph.Version, [], ETag: StoredRuleGroup.ETagOf(outcome.Version));
    }

    private void Swap(AlertingGraph graph)
    {
        Interlocked.Exchange(ref _current, graph);
        active.Adopt(graph.Configuration);
        Changed?.Invoke();
    }

    /// <summary>The files as they were read last: what an operator edits counts from the next reload on, not from somebody else's change over the API.</summary>
    private ConfigurationLoad FilesInForce()
    {
        var current = Current.Configuration;
        var files = current with { RuleFiles = [.. current.RuleFiles.Where(file => !file.Groups.Any(RuleGroupStore.IsStored))] };
        return new ConfigurationLoad(files, [], []);
    }

    private static (AlertingGraph? Graph, IReadOnlyList<ConfigurationError> Errors) Build(ConfigurationLoad load, IReadOnlyList<StoredRuleGroup> groups, long version)
    {
        var errors = new List<ConfigurationError>(load.Errors);
        var stored = groups.Select(group => RuleGroupStore.Parse(group, errors)).OfType<RuleFile>().ToList();
        if (load.Configuration is not { } files)
        {
            return (null, errors);
        }
        var configuration = files with { RuleFiles = [.. files.RuleFiles, .. stored] };
        var compiled = RuleCompiler.Compile(configuration, errors);
        return errors.Count > 0 ? (null, errors) : (new AlertingGraph(version, configuration, compiled), errors);
    }
}
