using Observability.Configuration;
using Observability.Portal.Reading;
using Observability.Query.LogQL.Syntax;
using Observability.Query.Values;
using Observability.ServiceDefaults.Access;
using Observability.Telemetry;

namespace Observability.Portal.Api;

/// <summary>Loki's <c>tail</c>: a WebSocket that gives the newest lines of a query and then new ones, in Loki's JSON (<see cref="LogFollowing"/>).</summary>
internal sealed class LokiTail(LogFollowing following, ILogSource source, TimeProvider time)
{
    public void Map(IEndpointRouteBuilder endpoints) => endpoints.MapGet("/loki/api/v1/tail", TailAsync).RequireRole(AccessRoles.Read);

    private async Task TailAsync(HttpContext http)
    {
        LogTail tail;
        try
        {
            tail = Read(await LokiRequest.ReadAsync(http.Request, time.GetUtcNow()), new VisibleLogs(source, http.GetActor()));
        }
        catch (QueryException exception)
        {
            await LokiAnswer.Refused(exception).WriteAsync(http.Response);
            return;
        }
        await following.FollowAsync(http, tail, static lines => Task.FromResult(LokiAnswer.Tailed(lines)));
    }

    private static LogTail Read(LokiRequest request, VisibleLogs logs) => new(
        request.Query as LogSelectorExpression ?? throw LokiRequest.Refused("the query gives numbers; tail follows lines, as {source=\"dbt\"} |= \"error\""),
        logs,
        request.Range.StartNanoseconds,
        request.Limit,
        request.Has("delay_for") && request.Text("delay_for") != "0" ? request.Count("delay_for", 0, maximum: 5) : 0);
}
