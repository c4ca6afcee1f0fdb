using Observability.Portal;
using Observability.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddPortal(PortalShape.Distributed);     // pages, the Loki API, and one address for every API of the other services

var app = builder.Build();
app.MapServiceDefaults();
app.MapPortal();
await app.RunAsync();
