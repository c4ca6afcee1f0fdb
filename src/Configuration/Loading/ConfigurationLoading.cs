using Observability.Configuration.Yaml;

namespace Observability.Configuration;

/// <summary>
/// One loading, in the order in which files refer to each other: settings, environments, owners, alerting, policy, sources, access, rules, templates.
/// A file whose reference is broken is not judged by it: one fault is reported once.
/// </summary>
internal sealed class ConfigurationLoading(ConfigurationFiles files, LoadOptions options)
{
    private const string AccessFileName = "access.yaml";

    /// <summary>All files that the folder may hold; the ones for schedules, mappings and tests are read by those who run them.</summary>
    private static readonly string[] s_knownNames =
    [
        AccessFileName, "alerting.yaml", "environments.yaml", "owners.yaml", "policy.yaml", "schedules.yaml", "settings.yaml", "sources.yaml",
    ];

    private readonly List<ConfigurationError> _errors = [];
    private readonly List<ConfigurationWarning> _warnings = [];

    public ConfigurationLoad Run()
    {
        var settings = ReadOrShipped("settings.yaml", file => SettingsReader.Read(file.Text, file.Name, files.Directory, options.Variables));
        var environments = ReadOrShipped("environments.yaml", file => EnvironmentsReader.Read(file.Text, file.Name, options.Variables));
        var owners = ReadOwners();
        var (alerting, isOwnAlerting) = ReadAlerting(settings);
        var policy = ReadPolicy(alerting, isOwnAlerting, environments);
        var sources = environments is null || owners is null ? null
            : ReadOrShipped("sources.yaml", file => SourcesReader.Read(file.Text, file.Name, files.Directory, environments, owners, options.Variables));
        var access = ReadAccess(environments);
        var rules = ReadRules();
        var templates = alerting is null ? [] : TemplateFiles.Read(alerting, files, _errors, _warnings);
        var readiness = alerting is null ? [] : ReceiverChecks.Judge(alerting, files.Reader, _warnings);
        WarnAboutOtherFiles();
        _errors.AddRange(files.Errors);
        if (_errors.Count > 0 || settings is null || environments is null || owners is null || alerting is null || policy is null || sources is null)
        {
            return new ConfigurationLoad(null, _errors, _warnings);
        }
        var loaded = new LoadedConfiguration
        {
            ContentHash = files.Hash(),
            Directory = files.Directory,
            Alerting = alerting,
            Policy = policy,
            Environments = environments,
            Owners = owners,
            Sources = sources,
            Settings = settings,
            Access = access,
            RuleFiles = rules,
            Templates = templates,
            Files = files.Names,
            Readiness = readiness,
        };
        return new ConfigurationLoad(loaded, [], _warnings);
    }

    private (AlertingConfiguration? Alerting, bool IsOwn) ReadAlerting(SettingsConfiguration? settings)
    {
        // When settings.yaml itself is broken, its mail settings are unknown rather than missing.
        var smtp = settings is null ? new SmtpSettings { Smarthost = "unknown:25", From = "unknown" } : settings.Smtp;
        var alerting = ReadOrShipped("alerting.yaml", file => AlertingReader.Read(file.Text, file.Name, files.Directory, smtp));
        return (alerting, files.Names.Contains("alerting.yaml"));
    }

    /// <summary>The shipped owners are examples: beside a team's own configuration they would give its assets to teams that it does not have.</summary>
    private OwnersConfiguration? ReadOwners()
    {
        if (files.Read("owners.yaml") is { } file)
        {
            return Take(OwnersReader.Read(file.Text, file.Name, options.Variables));
        }
        if (files.List("").Count == 0)
        {
            var shipped = files.ReadShipped("owners.yaml");
            return Take(OwnersReader.Read(shipped.Text, shipped.Name, options.Variables));
        }
        Warn("owners.yaml", "does not exist: every alert is unowned and also goes to the fallback receiver");
        return OwnersConfiguration.Empty;
    }

    /// <summary>The shipped policy names the shipped receivers, so the two files fall back together.</summary>
    private PolicyConfiguration? ReadPolicy(AlertingConfiguration? alerting, bool isOwnAlerting, EnvironmentsConfiguration? environments)
    {
        var file = files.Read("policy.yaml");
        if (alerting is null || environments is null)
        {
            return null;
        }
        if (file is null && isOwnAlerting)
        {
            var root = alerting.Route.Receiver;
            Warn("policy.yaml", $"does not exist: every receiver may hear of every environment, and the fallback is the root route's receiver, '{root}'");
            return PolicyConfiguration.Open(root);
        }
        file ??= files.ReadShipped("policy.yaml");
        return Take(PolicyReader.Read(file.Text, file.Name, alerting, environments, options.Variables));
    }

    private AccessConfiguration? ReadAccess(EnvironmentsConfiguration? environments)
    {
        var path = Path.Combine(files.Directory, options.AccessFile ?? AccessFileName);
        var errorsBefore = files.Errors.Count;
        var file = files.Read(options.AccessFile ?? AccessFileName);
        if (file is null && options.AccessFile is not null && files.Errors.Count == errorsBefore)
        {
            // Going on without keys would open to this machine what somebody meant to protect.
            _errors.Add(new ConfigurationError(path, 0, 0, "", "does not exist; the setting 'access' names it"));
        }
        return file is null || environments is null ? null
            : Take(AccessReader.Read(file.Text, file.Name, Path.GetDirectoryName(path)!, environments, files.Reader, options.Variables));
    }

    private List<RuleFile> ReadRules()
    {
        var names = files.List("rules").Concat(files.List("rules/logs")).ToList();
        IEnumerable<ConfigurationFile> found = names.Select(files.Read).OfType<ConfigurationFile>();
        if (names.Count == 0)
        {
            var shipped = ShippedFiles.Names.Where(name => name.StartsWith("rules/", StringComparison.Ordinal)).ToList();
            Warn("rules", $"holds no rule file; the shipped default is used: {string.Join(", ", shipped)}");
            found = shipped.Select(files.ReadShipped);
        }
        var rules = new List<RuleFile>();
        foreach (var file in found)
        {
            var language = file.Name.Contains("rules/logs/", StringComparison.Ordinal) ? RuleLanguage.LogQL : RuleLanguage.PromQL;
            if (Take(RuleFileReader.Read(file.Text, file.Name, language, options.Rules)) is { } rule)
            {
                rules.Add(rule);
            }
        }
        return rules;
    }

    private T? ReadOrShipped<T>(string name, Func<ConfigurationFile, ConfigurationResult<T>> read) where T : class
    {
        var errorsBefore = files.Errors.Count;
        if (files.Read(name) is { } file)
        {
            return Take(read(file));
        }
        if (files.Errors.Count > errorsBefore)
        {
            return null;
        }
        Warn(name, "does not exist; the shipped default is used");
        return Take(read(files.ReadShipped(name)));
    }

    private T? Take<T>(ConfigurationResult<T> result) where T : class
    {
        _errors.AddRange(result.Errors);
        _warnings.AddRange(result.Warnings);
        return result.Value;
    }

    private void WarnAboutOtherFiles()
    {
        foreach (var name in files.List("").Except(s_knownNames, StringComparer.Ordinal))
        {
            Warn(name, $"is not read; {NearestName.Hint(name, s_knownNames)}");
        }
    }

    private void Warn(string file, string message) => _warnings.Add(new ConfigurationWarning(file, 0, 0, "", message));
}
