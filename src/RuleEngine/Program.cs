using Observability.RuleEngine;
using Observability.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddRuleEngine();        // Consuming, Runs, Rules, Evaluating, Tracking, Routing, Grouping, Muting, Publishing: see AlertPath.cs

var app = builder.Build();
app.MapServiceDefaults();
app.MapRuleEngine();
await app.RunAsync();
