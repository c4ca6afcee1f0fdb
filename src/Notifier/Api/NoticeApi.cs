using Microsoft.AspNetCore.Http.HttpResults;
using Observability.Configuration;
using Observability.Notifier.Recording;

namespace Observability.Notifier.Api;

/// <summary><c>/api/v1/notices</c>: what went out, what did not, and how it looked.</summary>
internal static class NoticeApi
{
    private const int DefaultLimit = 100;

    /// <summary>A notice with its mail has some 30 KB: more would be a page nobody reads, and pages narrow by filters.</summary>
    private const int MostAtOnce = 1000;

    public static void MapNotices(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/notices", ListAsync);
        routes.MapGet("/api/v1/notices/{id}", GetAsync);
        routes.MapGet("/api/v2/receivers", (ActiveConfiguration configuration) => TypedResults.Json(
            [.. configuration.Current.Alerting.Receivers.Select(receiver => new ReceiverView(receiver.Name))], ApiJson.Default.IReadOnlyListReceiverView));
    }

    public static void MapTestNotice(this IEndpointRouteBuilder routes) => routes.MapPost("/api/v1/notices/test", TestAsync);

    private static async Task<IResult> ListAsync(
        NoticeJournal journal, string? receiver, string? environment, string? status, string? alert, string? group, string? limit, CancellationToken cancellationToken)
    {
        var most = DefaultLimit;
        if (limit is not null && (!int.TryParse(limit, System.Globalization.CultureInfo.InvariantCulture, out most) || most is < 1 or > MostAtOnce))
        {
            return Refuse($"limit '{limit}' is not a number from 1 to {MostAtOnce}");
        }
        NoticeStatus? wanted = null;
        if (status is not null)
        {
            // Numbers are parsed by Enum too, and are no status.
            if (!Enum.TryParse<NoticeStatus>(status, ignoreCase: true, out var parsed) || char.IsAsciiDigit(status[0]) || status[0] == '-')
            {
                return Refuse($"status '{status}' is none of {string.Join(", ", Enum.GetNames<NoticeStatus>()).ToLowerInvariant()}");
            }
            wanted = parsed;
        }
        var ids = journal.Newest(
            summary => (receiver is null || summary.Receiver == receiver)
                && (environment is null || summary.Environment == environment)
                && (wanted is null || summary.Status == wanted)
                && (alert is null || summary.Fingerprints.Contains(alert))
                && (group is null || summary.GroupKey == group),
            most);
        var views = new List<NoticeView>(ids.Count);
        foreach (var id in ids)
        {
            // One that retention has just removed is not listed.
            if (await ReadAsync(journal, id, cancellationToken) is { } view)
            {
                views.Add(view);
            }
        }
        return TypedResults.Json(views, ApiJson.Default.IReadOnlyListNoticeView);
    }

    private static async Task<Results<JsonHttpResult<NoticeView>, JsonHttpResult<ErrorView>>> GetAsync(
        NoticeJournal journal, string id, CancellationToken cancellationToken) =>
        await ReadAsync(journal, id, cancellationToken) is { } view
            ? TypedResults.Json(view, ApiJson.Default.NoticeView)
            : TypedResults.Json(new ErrorView($"there is no notice '{id}', or its time is over (retention.deliveries)"), ApiJson.Default.ErrorView, statusCode: 404);

    private static async Task<IResult> TestAsync(TestNotice tests, HttpRequest request, CancellationToken cancellationToken)
    {
        TestRequest? wanted;
        try
        {
            wanted = await request.ReadFromJsonAsync(ApiJson.Default.TestRequest, cancellationToken);
        }
        catch (Exception exception) when (exception is System.Text.Json.JsonException or InvalidOperationException)
        {
            return Refuse("expected a JSON object with the Content-Type application/json: {\"receiver\": \"name\"}");
        }
        if (string.IsNullOrEmpty(wanted?.Receiver))
        {
            return Refuse("'receiver' is missing: {\"receiver\": \"name\"}");
        }
        return await tests.SendAsync(wanted.Receiver, cancellationToken) is { } result
            ? TypedResults.Json(result, ApiJson.Default.TestResult)
            : TypedResults.Json(new ErrorView($"receiver '{wanted.Receiver}' is not defined in alerting.yaml"), ApiJson.Default.ErrorView, statusCode: 404);
    }

    private static async Task<NoticeView?> ReadAsync(NoticeJournal journal, string id, CancellationToken cancellationToken)
    {
        // Longer than any id: not worth asking the store, which bounds its keys.
        if (id.Length > 64 || await journal.RowAsync(id, cancellationToken) is not { } stored || await journal.IntentAsync(id, cancellationToken) is not { } intent)
        {
            return null;
        }
        return NoticeView.Of(stored.Row, intent, await journal.RenderingAsync(id, cancellationToken));
    }

    private static JsonHttpResult<ErrorView> Refuse(string error) => TypedResults.Json(new ErrorView(error), ApiJson.Default.ErrorView, statusCode: 400);
}
