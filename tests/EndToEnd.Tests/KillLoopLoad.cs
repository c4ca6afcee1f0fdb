using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Observability.EndToEnd.Tests.Shapes;
using Observability.TestKit;

namespace Observability.EndToEnd.Tests;

/// <summary>Two clients that post without pause and note what was acknowledged with 200. What a kill cuts is not sent again: it may or may not be there.</summary>
internal sealed class KillLoopLoad(Shape shape) : IDisposable
{
    public const int RowsPerBatch = 20;
    public const string PipelinePrefix = "kill_loop_";

    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<int> _batches = new();
    private readonly ConcurrentQueue<string> _failures = new();

    public DateTimeOffset StartedAt { get; } = TimeProvider.System.GetUtcNow();

    public IReadOnlyCollection<int> AcknowledgedBatches => _batches;

    public IReadOnlyCollection<string> AcknowledgedFailures => _failures;

    public static string LineOf(int batch, int row) => string.Create(CultureInfo.InvariantCulture, $"batch {batch} row {row}");

    public Task RunAsync() => Task.WhenAll(
        PostAsync("/v1/logs", number => LogsOf(number), _batches.Enqueue, TimeSpan.FromMilliseconds(20)),
        PostAsync("/webhooks/run", FailureOf, number => _failures.Enqueue(PipelineOf(number)), TimeSpan.FromMilliseconds(200)));

    /// <summary>Waits until so much more was acknowledged: after a restart this proves that the system receives again.</summary>
    public async Task WaitForMoreAsync(int batches, int failures)
    {
        var (fromBatches, fromFailures) = (_batches.Count + batches, _failures.Count + failures);
        await Eventually.TrueAsync(() => _batches.Count >= fromBatches && _failures.Count >= fromFailures, TimeSpan.FromSeconds(60), $"more acknowledged work\n{shape.Output}");
    }

    public void Stop() => _stop.Cancel();

    public void Dispose() => _stop.Dispose();

    private static string PipelineOf(int number) => string.Create(CultureInfo.InvariantCulture, $"{PipelinePrefix}{number}");

    private static string FailureOf(int number) =>
        $$"""{"source":"cron","pipeline":"{{PipelineOf(number)}}","environment":"prod","status":"failed","run_id":"{{number}}","error":"planted"}""";

    private string LogsOf(int batch)
    {
        var start = (StartedAt.ToUnixTimeMilliseconds() * 1_000_000) + ((long)batch * RowsPerBatch * 1000);
        var rows = Enumerable.Range(0, RowsPerBatch).Select(row =>
            $$$"""{"timeUnixNano":"{{{start + (row * 1000)}}}","severityNumber":9,"body":{"stringValue":"{{{LineOf(batch, row)}}}"}}""");
        return $$$"""
            {"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"kill-loop"}},
            {"key":"deployment.environment.name","value":{"stringValue":"prod"}}]},"scopeLogs":[{"logRecords":[{{{string.Join(',', rows)}}}]}]}]}
            """;
    }

    private async Task PostAsync(string path, Func<int, string> body, Action<int> acknowledged, TimeSpan pause)
    {
        for (var number = 0; !_stop.IsCancellationRequested && number < 100_000; number++)
        {
            using var content = new StringContent(body(number), Encoding.UTF8, "application/json");
            try
            {
                using var response = await shape.Client.PostAsync(new Uri(path, UriKind.Relative), content);
                if (response.IsSuccessStatusCode)
                {
                    acknowledged(number);
                }
            }
            catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
            {
                // Killed in the middle of it: not acknowledged.
            }
            await Task.Delay(pause, TimeProvider.System, CancellationToken.None);
        }
    }
}
