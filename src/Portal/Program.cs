using Observability.LogStore.Elasticsearch;
using Observability.Portal;
using Observability.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
if (!builder.TryAddActiveConfiguration(Console.Error))
{
    return 2;
}
builder.AddElasticsearchLogStore();
builder.AddPortal(PortalShape.Distributed);     // pages, the Loki API, and one address for every API of the other services
builder.AddConfigurationWatch();

var app = builder.Build();
app.MapServiceDefaults();
app.MapPortal();
await app.RunAsync();
return 0;
