using Microsoft.Extensions.Hosting;
using Observability.RuleEngine;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddRuleEngine();

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapRuleEngine();
await app.RunAsync();
