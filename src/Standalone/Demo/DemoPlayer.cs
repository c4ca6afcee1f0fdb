using System.Net.Http.Headers;
using System.Text;

namespace Observability.Standalone.Demo;

/// <summary>
/// A client of the product like any other: posts a minute of events of several systems to the real addresses, with times shifted to now. It knows nothing of
/// the inside, so what the demo shows is what a user's systems would see.
/// </summary>
internal sealed class DemoPlayer(StandaloneOptions options, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<DemoPlayer> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!await ListeningAsync(stoppingToken))
        {
            return;
        }
        using var client = new HttpClient { BaseAddress = new Uri(options.Address) };
        var start = time.GetUtcNow();
        foreach (var step in DemoScript.Of(start))
        {
            var wait = start + step.At - time.GetUtcNow();
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, time, stoppingToken);
            }
            await PostAsync(client, step, stoppingToken);
        }
        Log.DemoEnded(logger, options.Address);
    }

    private async Task<bool> ListeningAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource();
        await using var onStarted = lifetime.ApplicationStarted.Register(() => started.TrySetResult());
        await using var onStopping = stoppingToken.Register(() => started.TrySetCanceled(stoppingToken));
        try
        {
            await started.Task;
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task PostAsync(HttpClient client, DemoStep step, CancellationToken stoppingToken)
    {
        using var content = new StringContent(step.Body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        using var request = new HttpRequestMessage(HttpMethod.Post, step.Path) { Content = content };
        foreach (var (name, value) in step.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
        try
        {
            using var response = await client.SendAsync(request, stoppingToken);
            if (response.IsSuccessStatusCode)
            {
                Log.DemoPlayed(logger, step.What);
            }
            else
            {
                Log.DemoRefused(logger, step.What, (int)response.StatusCode, await response.Content.ReadAsStringAsync(stoppingToken));
            }
        }
        catch (HttpRequestException exception)
        {
            Log.DemoRefused(logger, step.What, 0, exception.Message);
        }
    }
}
