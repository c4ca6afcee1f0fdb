using System.Globalization;
using System.Text.Json.Serialization;
using Observability.Collector.Observing;
using Observability.Collector.Spooling;
using Observability.Configuration;
using Observability.LogStore;
using Observability.ServiceDefaults.Access;
using Observability.Telemetry;

namespace Observability.Collector.Api;

/// <summary><c>GET /api/v1/sources</c> (last event of each) and <c>GET /api/v1/dead-letters</c> (what nobody understood, newest first).</summary>
internal static class CollectorApi
{
    /// <summary>Rows of one answer: a page of the Portal shows fewer.</summary>
    private const int MaximumDeadLetters = 500;

    private const int DefaultDeadLetters = 100;

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        var activity = endpoints.ServiceProvider.GetRequiredService<SourceActivity>();
        endpoints.MapGet("/api/v1/sources", (RequestDelegate)(context => WriteSourcesAsync(context, activity))).RequireRole(AccessRoles.Read);
        var store = endpoints.ServiceProvider.GetRequiredService<ILogStore>();
        var time = endpoints.ServiceProvider.GetRequiredService<TimeProvider>();
        endpoints.MapGet("/api/v1/dead-letters", (RequestDelegate)(context => WriteDeadLettersAsync(context, store, time))).RequireRole(AccessRoles.Read);
    }

    private static Task WriteSourcesAsync(HttpContext context, SourceActivity activity) =>
        context.Response.WriteAsJsonAsync(
            [.. activity.List().Where(state => context.GetActor().Covers(state.LastEnvironment.Length > 0 ? state.LastEnvironment : "unknown"))],
            CollectorApiJson.Default.IReadOnlyListSourceState, cancellationToken: context.RequestAborted);

    private static async Task WriteDeadLettersAsync(HttpContext context, ILogStore store, TimeProvider time)
    {
        var limit = int.TryParse(context.Request.Query["limit"], NumberStyles.None, CultureInfo.InvariantCulture, out var asked) && asked > 0
            ? Math.Min(asked, MaximumDeadLetters)
            : DefaultDeadLetters;
        var search = new LogSearch(
            new LogRange(0, UnixTime.Nanoseconds(time) + 1), [new LabelMatcher(LabelNames.DeadLetter, MatchOperator.Equal, "true")], [], NewestFirst: true, Limit: limit);
        var letters = new List<DeadLetter>();
        await foreach (var record in store.SearchAsync(search, context.RequestAborted))
        {
            if (context.GetActor().Covers(record.Stream[LabelNames.Environment]))
            {
                letters.Add(DeadLetter.Of(record));
            }
        }
        await context.Response.WriteAsJsonAsync(letters, CollectorApiJson.Default.IReadOnlyListDeadLetter, cancellationToken: context.RequestAborted);
    }
}

/// <summary>One row of <c>/api/v1/dead-letters</c>.</summary>
internal sealed record DeadLetter(DateTimeOffset ReceivedAt, string Source, string Endpoint, string Environment, string Reason, string Payload)
{
    public static DeadLetter Of(LogRecord record) => new(
        DateTimeOffset.FromUnixTimeMilliseconds(record.ReceivedUnixNanoseconds / 1_000_000), record.Stream[LabelNames.Source], Attribute(record, "obs.endpoint"),
        record.Stream[LabelNames.Environment], Attribute(record, AttributeNames.DeadLetterReason), record.Body);

    private static string Attribute(LogRecord record, string name) => record.Attributes.FirstOrDefault(label => label.Name == name).Value ?? "";
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyList<SourceState>))]
[JsonSerializable(typeof(IReadOnlyList<DeadLetter>))]
internal sealed partial class CollectorApiJson : JsonSerializerContext;
