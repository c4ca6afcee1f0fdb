using Observability.Messaging.RabbitMq;
using Observability.RuleEngine;
using Observability.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
if (!builder.TryAddActiveConfiguration(Console.Error))
{
    return 2;
}
builder.AddRabbitMqIntentPublisher();
builder.AddRuleEngine();        // Consuming, Runs, Rules, Evaluating, Tracking, Routing, Grouping, Muting, Publishing: see AlertPath.cs
builder.AddRabbitMqTelemetryConsumer();     // after the engine: frames come only when somebody can take them

var app = builder.Build();
app.MapServiceDefaults();
app.MapRuleEngine();
await app.RunAsync();
return 0;
