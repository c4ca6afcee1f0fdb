using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Observability.Configuration;

namespace Observability.ServiceDefaults;

/// <summary>
/// Takes up changed files in a process without the engine (Collector, Notifier, Portal): on <c>/-/reload</c>, and when a look every 15 s finds another
/// content. A configuration with errors changes nothing. In one process with the engine, the engine decides and this is not there.
/// </summary>
internal sealed class ConfigurationWatch(ActiveConfiguration configuration, TimeProvider time, ILogger<ConfigurationWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    private string _refused = "";

    /// <returns>The errors; empty when the files are in force.</returns>
    public IReadOnlyList<ConfigurationError> Reload()
    {
        var read = configuration.Read();
        if (read.Configuration is not { } changed)
        {
            var errors = string.Join("; ", read.Errors);
            if (errors != _refused)
            {
                // Said once for each new set of errors, not every 15 seconds.
                Log.ReloadRefused(logger, errors);
                _refused = errors;
            }
            return read.Errors;
        }
        _refused = "";
        if (changed.ContentHash != configuration.Current.ContentHash)
        {
            configuration.Adopt(changed);
            Log.Reloaded(logger, changed.ContentHash);
        }
        return [];
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            Reload();
        }
    }
}
