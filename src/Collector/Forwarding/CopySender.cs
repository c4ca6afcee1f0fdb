using System.Net;
using System.Net.Http.Headers;
using Observability.Collector.Spooling;

namespace Observability.Collector.Forwarding;

/// <summary>How a copy ended. In lower case with underscores it is the label of the metrics.</summary>
internal enum CopyOutcome
{
    Sent,

    /// <summary>The receiver will never take it.</summary>
    Refused,

    /// <summary>The receiver was away for too long.</summary>
    GivenUp,

    /// <summary>Too much waited already.</summary>
    NoRoom,

    /// <summary>It means nothing to the receiver: increments, which only the metric store adds up.</summary>
    Increment,
}

/// <param name="Outcome">Sent, refused or given up.</param>
/// <param name="Reason">In words, for the log; empty when it was sent.</param>
internal readonly record struct CopyEnd(CopyOutcome Outcome, string Reason);

/// <summary>Sends one copy until it is taken, refused, or too old to wait any longer.</summary>
internal sealed class CopySender(TimeProvider time, Random random) : IDisposable
{
    /// <summary>On requests that were passed on: two Collectors that name each other must not play ball for ever.</summary>
    public const string PassedOnHeader = "Obs-Passed-On";

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(10);

    // A redirected POST would arrive as a GET without its body.
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = Timeout.InfiniteTimeSpan };

    /// <param name="offeredAt">When the copy began to wait: a receiver that comes back gets what is young, and not first five minutes for each of the old ones.</param>
    /// <param name="makeRequest">For each attempt; null when settings no longer name the receiver.</param>
    /// <param name="isWorthAnotherTry">Of an answer that is no success.</param>
    /// <param name="stoppingToken">Of the process.</param>
    public async Task<CopyEnd> SendAsync(long offeredAt, Func<HttpRequestMessage?> makeRequest, Func<HttpStatusCode, bool> isWorthAnotherTry, CancellationToken stoppingToken)
    {
        var pause = new RetryPause(time, random);
        var problem = new Problem("those before it took all the time", IsWorthAnotherTry: true);
        while (time.GetElapsedTime(offeredAt) < s_patience)
        {
            using var request = makeRequest();
            if (request is null)
            {
                return new CopyEnd(CopyOutcome.Refused, "settings do not name it any more");
            }
            problem = await PostAsync(request, isWorthAnotherTry, stoppingToken);
            if (problem is null)
            {
                return new CopyEnd(CopyOutcome.Sent, "");
            }
            if (!problem.IsWorthAnotherTry)
            {
                return new CopyEnd(CopyOutcome.Refused, problem.Words);
            }
            await pause.WaitAsync(stoppingToken, atLeast: problem.RetryAfter < s_patience ? problem.RetryAfter : s_patience);
        }
        return new CopyEnd(CopyOutcome.GivenUp, problem.Words);
    }

    public void Dispose() => _client.Dispose();

    private async Task<Problem?> PostAsync(HttpRequestMessage request, Func<HttpStatusCode, bool> isWorthAnotherTry, CancellationToken stoppingToken)
    {
        request.Headers.Add(PassedOnHeader, "1");
        using var timeout = new CancellationTokenSource(s_timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stoppingToken);
        try
        {
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return response.IsSuccessStatusCode ? null
                : new Problem($"it answered {(int)response.StatusCode}", isWorthAnotherTry(response.StatusCode), RetryAfterOf(response.Headers.RetryAfter));
        }
        catch (HttpRequestException exception)
        {
            return new Problem(exception.Message, IsWorthAnotherTry: true);
        }
        catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
        {
            return new Problem($"it did not answer within {s_timeout.TotalSeconds:0} s", IsWorthAnotherTry: true);
        }
    }

    private TimeSpan RetryAfterOf(RetryConditionHeaderValue? header) => header?.Delta ?? (header?.Date is { } date ? date - time.GetUtcNow() : TimeSpan.Zero);

    private sealed record Problem(string Words, bool IsWorthAnotherTry, TimeSpan RetryAfter = default);
}
