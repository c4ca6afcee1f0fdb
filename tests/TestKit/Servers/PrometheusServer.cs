using System.Collections.Immutable;

namespace Observability.TestKit;

/// <summary>Debian's Prometheus (2.42) with a given configuration: it scrapes, writes and queries us, and is the peer of our PromQL.</summary>
public sealed class PrometheusServer : IAsyncDisposable
{
    /// <summary>In a configuration: becomes the host and port of the server itself, which are not known before, so that it can scrape itself.</summary>
    public const string OwnAddress = "__own_address__";

    private const string Name = "prometheus";
    private static readonly TimeSpan _startTimeout = TimeSpan.FromSeconds(30);
    private static readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(5) };
    private readonly OwnServer _own = new(Name);

    private PrometheusServer()
    {
    }

    public Uri Url { get; } = new($"http://127.0.0.1:{FreePorts.Next()}/");

    /// <param name="configuration">The text of prometheus.yml.</param>
    /// <param name="arguments">More arguments, for example <c>--web.enable-remote-write-receiver</c>.</param>
    /// <param name="samples">An OpenMetrics text; the server begins with these samples, however old they are.</param>
    /// <param name="cancellationToken">Gives up the start.</param>
    /// <exception cref="ServerUnavailableException">It is not installed or does not start; a refused configuration is in the message.</exception>
    public static async Task<PrometheusServer> StartAsync(
        string configuration, ImmutableArray<string> arguments = default, string? samples = null, CancellationToken cancellationToken = default)
    {
        var program = InstalledProgram.Find(Name, "prometheus", "/usr/bin/prometheus");
        var server = new PrometheusServer();
        var start = new ProgramStart(program, [
            $"--config.file={server._own.Directory.Write("prometheus.yml", configuration.Replace(OwnAddress, server.Url.Authority, StringComparison.Ordinal))}",
            $"--storage.tsdb.path={server._own.Directory.PathOf("data")}",
            $"--web.listen-address=127.0.0.1:{server.Url.Port}",
            "--web.enable-lifecycle",
            .. samples is null ? [] : new[] { "--storage.tsdb.retention.time=100y" },
            .. arguments.IsDefault ? [] : arguments]);
        try
        {
            if (samples is not null)
            {
                await BackfillAsync(server._own.Directory, samples);
            }
            await server._own.StartAsync(start, () => ServerProbe.AnswersAsync(_http, new Uri(server.Url, "-/ready")), _startTimeout, cancellationToken);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
        return server;
    }

    public Task Kill9Async() => _own.Kill9Async();

    public Task RestartAsync(CancellationToken cancellationToken = default) => _own.RestartAsync(cancellationToken);

    public ValueTask DisposeAsync() => _own.DisposeAsync();

    private static async Task BackfillAsync(TemporaryDirectory directory, string samples)
    {
        var program = InstalledProgram.Find(Name, "prometheus", "/usr/bin/promtool");
        var (exitCode, output) = await ChildProcess.RunAsync(
            new ProgramStart(program, "tsdb", "create-blocks-from", "openmetrics", directory.Write("samples.om", samples), directory.PathOf("data")), TimeSpan.FromMinutes(2));
        if (exitCode != 0)
        {
            throw new ServerUnavailableException(Name, $"promtool refused the samples: {output}");
        }
    }
}
