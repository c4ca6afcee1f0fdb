using Observability.Query.Values;
using Observability.ServiceDefaults.Access;
using Observability.Telemetry;

namespace Observability.Portal.Api;

/// <summary>One request of Loki's API: what it asks, and the lines that its key may see.</summary>
internal sealed record LokiCall(HttpContext Http, LokiRequest Request, VisibleLogs Logs);

/// <summary>
/// What every query over HTTP has in common: it waits for its turn, ends after its time, and what is wrong with it becomes an answer.
/// </summary>
internal sealed class LokiTurns(ILogSource source, TimeProvider time, ILogger<LokiTurns> logger) : IDisposable
{
    /// <summary>Queries that read at one time. More would share the disk and the memory with each other; they wait instead.</summary>
    private const int ConcurrentQueries = 8;

    /// <summary>Loki's own <c>query_timeout</c>.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _turns = new(ConcurrentQueries);

    public void Dispose() => _turns.Dispose();

    public Task AnswerAsync(HttpContext http, Func<LokiCall, CancellationToken, Task<LokiAnswer>> answer) =>
        RunAsync(http, Timeout, async (call, token) => await (await answer(call, token)).WriteAsync(http.Response));

    /// <param name="http">The request.</param>
    /// <param name="timeout">For waiting and reading together.</param>
    /// <param name="run">
    /// Writes the answer itself. What goes wrong after its first byte cuts the connection, so that nobody takes half an answer for a whole one.
    /// </param>
    public async Task RunAsync(HttpContext http, TimeSpan timeout, Func<LokiCall, CancellationToken, Task> run)
    {
        using var ending = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ending.Token, http.RequestAborted);
        LokiAnswer refusal;
        try
        {
            var call = new LokiCall(http, await LokiRequest.ReadAsync(http.Request, time.GetUtcNow()), new VisibleLogs(source, http.GetActor()));
            await _turns.WaitAsync(either.Token);
            try
            {
                await run(call, either.Token);
                return;
            }
            finally
            {
                _turns.Release();
            }
        }
        catch (QueryException exception)
        {
            refusal = LokiAnswer.Refused(exception);
        }
        // A request that was cut off in its form is an IOException too, and the server's to answer.
        catch (IOException exception) when (exception is not BadHttpRequestException)
        {
            Log.LogStoreAway(logger, http.Request.Path, exception.Message);
            refusal = LokiAnswer.Text(StatusCodes.Status503ServiceUnavailable, "the log store does not answer; ask again in a minute");
        }
        catch (OperationCanceledException) when (!http.RequestAborted.IsCancellationRequested)
        {
            refusal = LokiAnswer.Text(StatusCodes.Status504GatewayTimeout, $"the query took longer than {timeout.TotalSeconds:0} s; ask for a shorter range or add a label matcher");
        }
        if (http.Response.HasStarted)
        {
            http.Abort();
            return;
        }
        await refusal.WriteAsync(http.Response);
    }
}
