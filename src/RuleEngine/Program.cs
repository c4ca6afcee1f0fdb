using Observability.RuleEngine;
using Observability.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
if (!builder.TryAddActiveConfiguration(Console.Error))
{
    return 2;
}
builder.AddRuleEngine();        // Consuming, Runs, Rules, Evaluating, Tracking, Routing, Grouping, Muting, Publishing: see AlertPath.cs

var app = builder.Build();
app.MapServiceDefaults();
app.MapRuleEngine();
await app.RunAsync();
return 0;
