using Observability.Collector;
using Observability.LogStore.Elasticsearch;
using Observability.Messaging.RabbitMq;
using Observability.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
if (!builder.TryAddActiveConfiguration(Console.Error))
{
    return 2;
}
builder.AddElasticsearchLogStore();
builder.AddRabbitMqTelemetryPublisher();
builder.AddCollector();         // Receiving, Sources, Normalizing, Spooling, Indexing, Publishing: see RecordPath.cs

var app = builder.Build();
app.MapServiceDefaults();
app.MapCollector();
await app.RunAsync();
return 0;
