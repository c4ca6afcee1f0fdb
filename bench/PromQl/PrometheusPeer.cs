using System.Diagnostics;
using System.Globalization;
using Observability.Bench.Measuring;

namespace Observability.Bench.PromQl;

/// <summary>The installed Prometheus over a folder of blocks; it scrapes nothing and deletes nothing.</summary>
internal sealed class PrometheusPeer : IAsyncDisposable
{
    private const string Server = "/usr/bin/prometheus";
    private const string Tool = "/usr/bin/promtool";

    /// <summary>Backfilling 2.4 million samples takes half a minute on two busy cores.</summary>
    private static readonly TimeSpan s_timeout = TimeSpan.FromMinutes(5);

    private readonly Process _process;

    private PrometheusPeer(Process process, Uri url) => (_process, Url) = (process, url);

    public static string? MissingProgram => File.Exists(Server) && File.Exists(Tool) ? null : $"{Server} and {Tool} are needed; install the Debian package prometheus";

    public Uri Url { get; }

    /// <exception cref="InvalidOperationException">promtool refused the samples or the server does not answer.</exception>
    public static async Task<PrometheusPeer> StartAsync(MetricCorpus corpus, string directory, HttpClient http, CancellationToken cancellationToken)
    {
        var (samples, blocks, configuration) = (Path.Combine(directory, "samples.om"), Path.Combine(directory, "prometheus"), Path.Combine(directory, "prometheus.yml"));
        corpus.WriteOpenMetrics(samples);
        await File.WriteAllTextAsync(configuration, "global: {}\n", cancellationToken);
        using (var backfill = Start(Tool, ["tsdb", "create-blocks-from", "openmetrics", samples, blocks], Path.Combine(directory, "promtool.log")))
        {
            await backfill.WaitForExitAsync(cancellationToken).WaitAsync(s_timeout, cancellationToken);
            if (backfill.ExitCode != 0)
            {
                throw new InvalidOperationException($"promtool could not make blocks of the samples and ended with {backfill.ExitCode}; see {directory}");
            }
        }
        File.Delete(samples);
        var port = FreePort.Next();
        var peer = new PrometheusPeer(
            Start(Server, [$"--config.file={configuration}", $"--storage.tsdb.path={blocks}", "--storage.tsdb.retention.time=100y",
                string.Create(CultureInfo.InvariantCulture, $"--web.listen-address=127.0.0.1:{port}")], Path.Combine(directory, "prometheus.log")),
            new Uri($"http://127.0.0.1:{port}/"));
        try
        {
            await peer.WaitUntilReadyAsync(http, cancellationToken);
        }
        catch
        {
            await peer.DisposeAsync();
            throw;
        }
        return peer;
    }

    /// <summary>Waited for, so that its processor time counts as ours.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }
        _process.Dispose();
    }

    private async Task WaitUntilReadyAsync(HttpClient http, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < s_timeout && !_process.HasExited)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri(Url, "-/ready"), cancellationToken);
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellationToken);
        }
        throw new InvalidOperationException("Prometheus did not become ready");
    }

    /// <summary>Its output goes to a file: a pipe that nobody reads would stop it.</summary>
    private static Process Start(string program, IReadOnlyList<string> arguments, string log)
    {
        var start = new ProcessStartInfo("/bin/sh") { UseShellExecute = false, ArgumentList = { "-c", "log=$1; shift; exec \"$@\" >\"$log\" 2>&1", "sh", log, program } };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }
        return Process.Start(start)!;
    }
}
