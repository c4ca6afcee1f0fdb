namespace Observability.Configuration;

/// <summary>
/// The configuration in force in this process: read once at start, replaced whole by whoever decides about changes (the engine's keeper), seen by all at
/// once. Services that share a process share this object.
/// </summary>
public sealed class ActiveConfiguration
{
    private readonly string? _directory;
    private readonly LoadOptions _options;
    private readonly IFileReader? _files;
    private readonly FormerIntegrations _former = new();
    private LoadedConfiguration _current;

    private ActiveConfiguration(string? directory, LoadOptions options, IFileReader? files, LoadedConfiguration current, IReadOnlyList<ConfigurationWarning> warnings)
    {
        _directory = directory;
        _options = options;
        _files = files;
        _current = current;
        Warnings = warnings;
    }

    /// <summary>Told after <see cref="Adopt"/>, on its thread.</summary>
    public event Action<LoadedConfiguration>? Changed;

    public LoadedConfiguration Current => Volatile.Read(ref _current);

    /// <summary>What the first reading found odd.</summary>
    public IReadOnlyList<ConfigurationWarning> Warnings { get; }

    /// <summary>Reads the folder, or the shipped defaults when there is none.</summary>
    /// <exception cref="InvalidConfigurationException">The folder cannot be used; the message lists every error with its line.</exception>
    public static ActiveConfiguration Open(string? directory, LoadOptions? options = null, IFileReader? files = null)
    {
        var used = options ?? new LoadOptions();
        var loading = ReadFrom(directory, used, files);
        return loading.Configuration is { } configuration
            ? new ActiveConfiguration(directory, used, files, configuration, loading.Warnings)
            : throw new InvalidConfigurationException(loading.Errors);
    }

    /// <summary>Reads the files again. Changes nothing.</summary>
    public ConfigurationLoad Read() => ReadFrom(_directory, _options, _files);

    /// <summary>
    /// The integration that leads to an address (<see cref="IntegrationAddress"/>), in the present configuration or in an earlier one of this process;
    /// null when there is none. Whoever heard a beginning hears the end there, also when the receiver has gone in between.
    /// </summary>
    public Integration? FindByAddress(string addressId) =>
        Current.Alerting.Receivers.SelectMany(receiver => receiver.Integrations).FirstOrDefault(integration => IntegrationAddress.IdOf(integration) == addressId)
        ?? _former.Find(addressId);

    /// <summary>From now on everybody sees this one.</summary>
    public void Adopt(LoadedConfiguration configuration)
    {
        _former.Remember(Current.Alerting.Receivers.SelectMany(receiver => receiver.Integrations));
        Volatile.Write(ref _current, configuration);
        Changed?.Invoke(configuration);
    }

    private static ConfigurationLoad ReadFrom(string? directory, LoadOptions options, IFileReader? files) =>
        directory is null ? ConfigurationDirectory.LoadShipped(options) : ConfigurationDirectory.Load(directory, files, options);
}

/// <summary>A configuration that cannot be started with: every error, one a line.</summary>
public sealed class InvalidConfigurationException(IReadOnlyList<ConfigurationError> errors)
    : Exception($"the configuration has {errors.Count} errors:{Environment.NewLine}{string.Join(Environment.NewLine, errors)}")
{
    public IReadOnlyList<ConfigurationError> Errors { get; } = errors;
}
