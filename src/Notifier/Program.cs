using Observability.Messaging.RabbitMq;
using Observability.Notifier;
using Observability.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
if (!builder.TryAddActiveConfiguration(Console.Error))
{
    return 2;
}
builder.AddNotifier();          // Consuming, Rendering, Delivering, Channels, Recording: see DeliveryPath.cs
builder.AddRabbitMqIntentConsumer();

var app = builder.Build();
app.MapServiceDefaults();
app.MapNotifier();
await app.RunAsync();
return 0;
