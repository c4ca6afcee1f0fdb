namespace Observability.TestKit;

/// <summary>A program that is started, answers after a while, dies and is started again with the same arguments on the same data.</summary>
internal sealed class RestartableProcess(ProgramStart start, Func<Task<bool>> isReady, TimeSpan startTimeout) : IAsyncDisposable
{
    private ChildProcess? _process;

    public OutputTail Output { get; } = new();

    public int ProcessId => _process?.Id ?? throw new InvalidOperationException($"{start.Program} is not running");

    /// <exception cref="InvalidOperationException">The program ended, or did not answer in time; the message holds its last output.</exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        if (_process is { HasExited: false })
        {
            throw new InvalidOperationException($"{start.Program} already runs as process {_process.Id}");
        }
        var process = ChildProcess.Start(start, Output);
        _process = process;
        var ready = false;
        try
        {
            await Eventually.BecomesTrueAsync(
                async () => process.HasExited || (ready = await isReady()), startTimeout, cancellationToken);
        }
        finally
        {
            if (!ready)
            {
                await process.DisposeAsync();
                _process = null;
            }
        }
        if (!ready)
        {
            var last = string.Join('\n', Output.Lines.TakeLast(30));
            throw new InvalidOperationException($"{start.Program} did not answer within {startTimeout.TotalSeconds:0} s; its last output:\n{last}");
        }
    }

    public async Task Kill9Async()
    {
        if (_process is { } process)
        {
            await process.Kill9Async();
        }
    }

    /// <summary>False when it had to be killed.</summary>
    public async Task<bool> StopAsync() => _process is null || await _process.StopAsync();

    public async Task RestartAsync(CancellationToken cancellationToken = default)
    {
        await StopAsync();
        await DisposeAsync();
        await StartAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            await process.DisposeAsync();
            _process = null;
        }
    }
}
