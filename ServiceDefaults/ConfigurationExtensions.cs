using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
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
    /// in force, with the access gate that it asks for. The setting <c>access</c> names an access.yaml outside the folder.
    /// </summary>
    /// <returns>False when the folder cannot be used; every error was then written to <paramref name="errors"/> and the program should end.</returns>
    public static bool TryAddActiveConfiguration(this IHostApplicationBuilder builder, TextWriter errors)
    {
        var beside = Path.Combine(AppContext.BaseDirectory, ShippedFolder);
        var folder = builder.Configuration["config"] ?? (Directory.Exists(beside) ? beside : null);
        try
        {
            var active = ActiveConfiguration.Open(folder, new LoadOptions { AccessFile = builder.Configuration["access"] is { Length: > 0 } access ? Path.GetFullPath(access) : null });
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

    /// <summary>For a process without the engine: changed files are taken up by themselves and on <c>POST /-/reload</c>.</summary>
    public static IHostApplicationBuilder AddConfigurationWatch(this IHostApplicationBuilder builder)
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<ConfigurationWatch>();
        builder.Services.AddHostedService(static provider => provider.GetRequiredService<ConfigurationWatch>());
        return builder;
    }

    /// <summary><c>POST /-/reload</c>: 200, or 422 with every error.</summary>
    public static WebApplication MapConfigurationWatch(this WebApplication app)
    {
        app.MapPost("/-/reload", static (ConfigurationWatch watch) => watch.Reload() is { Count: > 0 } errors
            ? Results.Text(string.Join('\n', errors), statusCode: StatusCodes.Status422UnprocessableEntity)
            : Results.Text("reloaded\n")).RequireRole(AccessRoles.Edit);
        return app;
    }
}
