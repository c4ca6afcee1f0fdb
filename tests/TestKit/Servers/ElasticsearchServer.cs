using System.Globalization;

namespace Observability.TestKit;

/// <summary>
/// An Elasticsearch node of our own, started by <c>elasticsearch.sh start|stop|kill FOLDER [PORT] [HEAP]</c> from the folder that
/// <c>OBS_TEST_ELASTICSEARCH_HOME</c> names (default <c>../shared/elasticsearch</c>, from the repository's root); or, when <c>OBS_TEST_ELASTICSEARCH</c>
/// holds an address, that node.
/// </summary>
public sealed class ElasticsearchServer : IAsyncDisposable
{
    private const string Name = "elasticsearch";

    /// <summary>3-6 s on an idle machine; the script itself gives up after 60 s.</summary>
    private static readonly TimeSpan _commandTimeout = TimeSpan.FromSeconds(150);

    private readonly TemporaryDirectory? _directory;
    private readonly string _script;
    private int _processId;

    private ElasticsearchServer(Uri url, string script = "", TemporaryDirectory? directory = null)
    {
        Url = url;
        _script = script;
        _directory = directory;
    }

    public Uri Url { get; }

    /// <summary>The node that <c>OBS_TEST_ELASTICSEARCH</c> names, else an own one.</summary>
    /// <exception cref="ServerUnavailableException">There is none on this machine, or it does not start.</exception>
    public static Task<ElasticsearchServer> StartAsync(CancellationToken cancellationToken = default) =>
        Environment.GetEnvironmentVariable("OBS_TEST_ELASTICSEARCH") is { Length: > 0 } url
            ? Task.FromResult(new ElasticsearchServer(new Uri(url)))
            : StartOwnAsync(cancellationToken);

    /// <summary>An own node in any case, for tests that kill it.</summary>
    /// <exception cref="ServerUnavailableException">There is none on this machine, or it does not start.</exception>
    public static async Task<ElasticsearchServer> StartOwnAsync(CancellationToken cancellationToken = default)
    {
        var home = Environment.GetEnvironmentVariable("OBS_TEST_ELASTICSEARCH_HOME") is { Length: > 0 } named ? named : "../shared/elasticsearch";
        var script = Path.Combine(RepositoryRoot.PathOf(home), "elasticsearch.sh");
        if (!File.Exists(script))
        {
            throw new ServerUnavailableException(Name, $"{script} does not exist; OBS_TEST_ELASTICSEARCH may name a running node, OBS_TEST_ELASTICSEARCH_HOME a folder with that script");
        }
        InstalledProgram.Find(Name, "openjdk-17-jre-headless", "/usr/bin/java");
        // The node's transport listens 100 above its HTTP port.
        var server = new ElasticsearchServer(new Uri($"http://127.0.0.1:{FreePorts.NextWith(100)}/"), script, new TemporaryDirectory(Name));
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            await server.StartNodeAsync();
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
        return server;
    }

    /// <summary>Kills the node; its data stays for <see cref="RestartAsync"/>.</summary>
    public async Task Kill9Async()
    {
        await CommandAsync("kill");
        await Eventually.TrueAsync(() => ProcessRegister.StartTimeOf(_processId) is null, _commandTimeout, "the killed Elasticsearch ends");
        ProcessRegister.Remove(_processId);
    }

    public async Task StopAsync()
    {
        await CommandAsync("stop");
        ProcessRegister.Remove(_processId);
    }

    /// <summary>Starts it again on the same port and data, after a kill or, if it still runs, after a clean stop.</summary>
    public async Task RestartAsync()
    {
        if (ProcessRegister.StartTimeOf(_processId) is not null)
        {
            await StopAsync();
        }
        await StartNodeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_directory is null)
        {
            return;
        }
        if (ProcessRegister.StartTimeOf(_processId) is not null)
        {
            await Kill9Async();
        }
        _directory.Dispose();
    }

    private async Task StartNodeAsync()
    {
        var (exitCode, output) = await CommandAsync("start", Url.Port.ToString(CultureInfo.InvariantCulture), "512m");
        if (ReadProcessId() is { } processId)
        {
            _processId = processId;
            ProcessRegister.Add(processId);
        }
        if (exitCode != 0)
        {
            throw new ServerUnavailableException(Name, output);
        }
    }

    private int? ReadProcessId()
    {
        var file = _directory!.PathOf("pid");
        return File.Exists(file) && int.TryParse(File.ReadAllText(file), CultureInfo.InvariantCulture, out var processId) ? processId : null;
    }

    private async Task<(int ExitCode, string Output)> CommandAsync(string command, params string[] arguments)
    {
        if (_directory is null)
        {
            throw new ServerUnavailableException(Name, "OBS_TEST_ELASTICSEARCH names a running node, and this test stops or kills one; unset it");
        }
        return await ChildProcess.RunAsync(new ProgramStart(_script, [command, _directory.Path, .. arguments]), _commandTimeout);
    }
}
