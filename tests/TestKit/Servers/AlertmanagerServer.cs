namespace Observability.TestKit;

/// <summary>Debian's Alertmanager (0.25) with a given configuration: the peer that our routing is compared with, and a client of our API's shapes.</summary>
public sealed class AlertmanagerServer : IAsyncDisposable
{
    private const string Name = "alertmanager";
    private static readonly TimeSpan _startTimeout = TimeSpan.FromSeconds(30);
    private static readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(5) };
    private readonly OwnServer _own = new(Name);

    private AlertmanagerServer()
    {
    }

    public Uri Url { get; } = new($"http://127.0.0.1:{FreePorts.Next()}/");

    /// <param name="configuration">The text of alertmanager.yml.</param>
    /// <param name="cancellationToken">Gives up the start.</param>
    /// <exception cref="ServerUnavailableException">It is not installed or does not start; a refused configuration is in the message.</exception>
    public static async Task<AlertmanagerServer> StartAsync(string configuration, CancellationToken cancellationToken = default)
    {
        var program = InstalledProgram.Find(Name, "prometheus-alertmanager", "/usr/bin/prometheus-alertmanager");
        var server = new AlertmanagerServer();
        var start = new ProgramStart(
            program,
            $"--config.file={server._own.Directory.Write("alertmanager.yml", configuration)}",
            $"--storage.path={server._own.Directory.PathOf("data")}",
            $"--web.listen-address=127.0.0.1:{server.Url.Port}",
            "--cluster.listen-address=");
        try
        {
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
}
