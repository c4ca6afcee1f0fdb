using Observability.Collector;
using Observability.Durability;
using Observability.Notifier;
using Observability.Portal;
using Observability.RuleEngine;
using Observability.ServiceDefaults;
using Observability.Standalone;

var options = StandaloneOptions.Parse(args, out var problem);
if (options is null)
{
    await Console.Error.WriteLineAsync(problem);
    return 2;
}

var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = options.HostArguments, ContentRootPath = AppContext.BaseDirectory });
builder.WebHost.UseUrls(options.Addresses);
builder.AddServiceDefaults();
if (!builder.TryAddActiveConfiguration(Console.Error))
{
    return 2;
}
if (!DataFolder.TryLock(options.Data, Console.Error, out var folder))
{
    return 3;
}
using (folder)
{
    try
    {
        builder.AddEmbeddedParts();                 // the log store and the two borders, without a broker
        builder.AddCollector();
        builder.AddRuleEngine();
        builder.AddNotifier();
        builder.AddPortal(PortalShape.Standalone);
        builder.AddConsoleGuide(options);           // what the console says; with --demo, who plays

        var app = builder.Build();
        app.MapServiceDefaults();
        app.MapCollector();
        app.MapRuleEngine();
        app.MapNotifier();
        app.MapPortal();
        await app.RunAsync();
    }
    catch (LogFormatException exception)
    {
        await Console.Error.WriteLineAsync($"the data folder cannot be used: {exception.Message}. Nothing in it was changed.");
        return 3;
    }
}
return 0;
