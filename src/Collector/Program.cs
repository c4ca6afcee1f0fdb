using Observability.Collector;
using Observability.Configuration;
using Observability.ServiceDefaults;
using Observability.ServiceDefaults.Access;

var builder = WebApplication.CreateBuilder(args);
var load = ConfigurationDirectory.Load(builder.Configuration["config"] ?? Path.Combine(AppContext.BaseDirectory, "config"));
if (load.Configuration is not { } loaded)
{
    foreach (var error in load.Errors)
    {
        await Console.Error.WriteLineAsync(error.ToString());
    }
    return 1;
}
var configuration = CollectorConfiguration.Of(loaded);
builder.AddServiceDefaults();
builder.Services.AddAccess(_ => () => configuration.Access);
builder.AddCollector(_ => () => configuration);
var app = builder.Build();
app.MapServiceDefaults();
app.MapCollector();
await app.RunAsync();
return 0;
