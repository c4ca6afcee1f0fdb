using Observability.Notifier;
using Observability.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddNotifier();       // Consuming, Rendering, Delivering, Channels, Recording: see DeliveryPath.cs
var app = builder.Build();
app.MapServiceDefaults();
app.MapNotifier();
await app.RunAsync();
