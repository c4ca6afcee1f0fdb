using System.ComponentModel;

namespace Observability.TestKit;

/// <summary>What every server that we start ourselves has: a folder, processes, an end.</summary>
internal sealed class OwnServer(string name) : IAsyncDisposable
{
    private RestartableProcess? _process;

    public string Name { get; } = name;

    public TemporaryDirectory Directory { get; } = new(name);

    private RestartableProcess Process => _process ?? throw new InvalidOperationException($"{Name} was not started");

    /// <exception cref="ServerUnavailableException">The program could not be run or did not answer.</exception>
    public async Task StartAsync(ProgramStart start, Func<Task<bool>> isReady, TimeSpan timeout, CancellationToken cancellationToken)
    {
        _process = new RestartableProcess(start, isReady, timeout);
        try
        {
            await _process.StartAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception)
        {
            throw new ServerUnavailableException(Name, exception.Message, exception);
        }
    }

    public Task Kill9Async() => Process.Kill9Async();

    public Task StopAsync() => Process.StopAsync();

    public Task RestartAsync(CancellationToken cancellationToken) => Process.RestartAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }
        Directory.Dispose();
    }
}
