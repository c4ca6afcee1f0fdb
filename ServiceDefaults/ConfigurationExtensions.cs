using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Observability.Configuration;
using Observability.ServiceDefaults.Access;

namespace Observability.ServiceDefaults;

/// <summary>The configuration folder and the access that it grants: once for a process, however many services it hosts.</summary>
public static class ConfigurationExtensions
{
    /// <summary>The folder beside the program, used when no <c>--config</c> is given.</summary>
    private const string ShippedFolder = "config";

    /// <summary>
    /// Reads <c>--config</c> (else the folder beside the program, else the defaults inside it) and registers it as the <see cref="ActiveConfiguration"/>
    /// in force, with the access gate that it asks for.
    /// </summary>
    /// <returns>False when the folder cannot be used; every error was then written to <paramref name="errors"/> and the program should end.</returns>
    public static bool TryAddActiveConfiguration(this IHostApplicationBuilder builder, TextWriter errors)
    {
        var beside = Path.Combine(AppContext.BaseDirectory, ShippedFolder);
        var folder = builder.Configuration["config"] ?? (Directory.Exists(beside) ? beside : null);
        try
        {
            var active = ActiveConfiguration.Open(folder);
            foreach (var warning in active.Warnings)
            {
                errors.WriteLine($"warning: {warning}");
            }
            builder.Services.TryAddSingleton(active);
            builder.Services.AddAccess(provider => () => provider.GetRequiredService<ActiveConfiguration>().Current.Access);
            return true;
        }
        catch (InvalidConfigurationException exception)
        {
            errors.WriteLine(exception.Message);
            return false;
        }
    }
}
