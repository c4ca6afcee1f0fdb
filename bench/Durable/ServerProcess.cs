using System.Diagnostics;
using System.Globalization;
using Observability.Bench.Measuring;

namespace Observability.Bench.Durable;

/// <summary>A running <see cref="BenchServer"/>: this program again, as a child.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    /// <summary>.NET's start on a busy machine, and making the first segment.</summary>
    private static readonly TimeSpan s_startTimeout = TimeSpan.FromSeconds(30);

    private static readonly HttpClient s_http = new() { Timeout = TimeSpan.FromSeconds(5) };
    private readonly Process _process;

    private ServerProcess(Process process, Uri url)
    {
        _process = process;
        Url = url;
    }

    public Uri Url { get; }

    public Uri LogsUrl => new(Url, "v1/logs");

    /// <exception cref="InvalidOperationException">It ended or does not answer.</exception>
    public static async Task<ServerProcess> StartAsync(BenchServerKind kind, string data, bool holds, CancellationToken cancellationToken)
    {
        var port = FreePort.Next();
        var start = new ProcessStartInfo(Environment.ProcessPath!) { UseShellExecute = false };
        foreach (var argument in (string[])["serve", kind.ToString(), "--port", port.ToString(CultureInfo.InvariantCulture), "--data", data, .. holds ? ["--hold"] : Array.Empty<string>()])
        {
            start.ArgumentList.Add(argument);
        }
        var server = new ServerProcess(Process.Start(start)!, new Uri($"http://127.0.0.1:{port}/"));
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < s_startTimeout && !server._process.HasExited)
        {
            try
            {
                await server.FlushesAsync(cancellationToken);
                return server;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellationToken);
            }
        }
        await server.DisposeAsync();
        throw new InvalidOperationException($"the {kind} server did not answer within {s_startTimeout.TotalSeconds:0} s");
    }

    public async Task<long> FlushesAsync(CancellationToken cancellationToken) =>
        long.Parse(await s_http.GetStringAsync(new Uri(Url, BenchServer.FlushesPath), cancellationToken), CultureInfo.InvariantCulture);

    /// <summary>SIGKILL: nothing of it runs any more when this returns.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }
        _process.Dispose();
    }
}
