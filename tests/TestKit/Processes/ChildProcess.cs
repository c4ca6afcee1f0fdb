using System.Diagnostics;

namespace Observability.TestKit;

/// <summary>One started process. It is ended by its id when disposed, and at the latest when the test program ends.</summary>
public sealed class ChildProcess : IAsyncDisposable
{
    /// <summary>A broker that closes its files needs 2-3 s on a busy machine; what takes longer than this hangs.</summary>
    private static readonly TimeSpan _stopTimeout = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly ProcessSignal _stopSignal;

    private ChildProcess(Process process, ProcessSignal stopSignal, OutputTail output)
    {
        _process = process;
        _stopSignal = stopSignal;
        Output = output;
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <exception cref="InvalidOperationException">It still runs.</exception>
    public int ExitCode => _process.ExitCode;

    /// <summary>Standard output and standard error, mixed as they came.</summary>
    public OutputTail Output { get; }

    /// <exception cref="System.ComponentModel.Win32Exception">There is no such program, or it may not be run.</exception>
    public static ChildProcess Start(ProgramStart start, OutputTail? output = null)
    {
        output ??= new OutputTail();
        var info = new ProcessStartInfo(start.Program, start.Arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = start.WorkingDirectory ?? "",
        };
        foreach (var (name, value) in start.Environment)
        {
            info.Environment[name] = value;
        }
        var process = new Process { StartInfo = info };
        process.OutputDataReceived += (_, line) => output.Add(line.Data);
        process.ErrorDataReceived += (_, line) => output.Add(line.Data);
        process.Start();
        ProcessRegister.Add(process.Id);
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new ChildProcess(process, start.StopSignal, output);
    }

    /// <summary>Runs a program to its end and returns its exit code and what it wrote.</summary>
    /// <exception cref="TimeoutException">It ran longer than <paramref name="timeout"/> and was killed.</exception>
    public static async Task<(int ExitCode, string Output)> RunAsync(ProgramStart start, TimeSpan timeout)
    {
        await using var process = Start(start);
        if (!await process.WaitForExitAsync(timeout))
        {
            throw new TimeoutException($"{start.Program} {string.Join(' ', start.Arguments)} ran longer than {timeout.TotalSeconds:0} s:\n{process.Output}");
        }
        return (process._process.ExitCode, process.Output.ToString());
    }

    /// <summary>False when the process still runs after <paramref name="timeout"/>.</summary>
    public async Task<bool> WaitForExitAsync(TimeSpan timeout)
    {
        // Not Process.WaitForExitAsync: that also waits for the end of the output, which a grandchild may hold open for ever.
        if (!await Eventually.BecomesTrueAsync(() => Task.FromResult(_process.HasExited), timeout))
        {
            return false;
        }
        ProcessRegister.Remove(_process.Id);
        using var outputClosing = new CancellationTokenSource(TimeSpan.FromSeconds(2), TimeProvider.System);
        try
        {
            await _process.WaitForExitAsync(outputClosing.Token);
        }
        catch (OperationCanceledException) when (_process.HasExited)
        {
            // The process is gone; a grandchild still holds its output.
        }
        return true;
    }

    public async Task Kill9Async()
    {
        NativeSignals.TrySend(Id, ProcessSignal.Kill);
        await Eventually.TrueAsync(() => _process.HasExited, _stopTimeout, $"process {Id} ends after SIGKILL");
        ProcessRegister.Remove(Id);
    }

    /// <summary>Asks the process to stop; false when it did not within the time and had to be killed.</summary>
    public async Task<bool> StopAsync(TimeSpan? timeout = null)
    {
        if (!_process.HasExited)
        {
            NativeSignals.TrySend(Id, _stopSignal);
        }
        if (await WaitForExitAsync(timeout ?? _stopTimeout))
        {
            return true;
        }
        await Kill9Async();
        return false;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await Kill9Async();
        }
        ProcessRegister.Remove(Id);
        _process.Dispose();
    }
}
