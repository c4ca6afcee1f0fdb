using Observability.Notifier;
using Observability.ServiceDefaults;
using Observability.ServiceDefaults.Access;
using Observability.Configuration;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddNotifier();          // Consuming, Rendering, Delivering, Channels, Recording: see DeliveryPath.cs
builder.Services.AddSingleton<ConfigurationWatch>();
builder.Services.AddHostedService(provider => provider.GetRequiredService<ConfigurationWatch>());

var app = builder.Build();
app.MapServiceDefaults();
app.MapNotifier();
app.MapPost("/-/reload", (ConfigurationWatch watch) => watch.Reload() is { Count: > 0 } errors
    ? Results.Text(string.Join('\n', errors), statusCode: StatusCodes.Status400BadRequest)
    : Results.Text("reloaded\n")).RequireRole(AccessRoles.Admin);
await app.RunAsync();
