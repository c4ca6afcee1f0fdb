using System.Collections.Immutable;

namespace Observability.TestKit;

/// <summary>How one of our own programs is started. <see cref="ReadyUrl"/> answers 2xx when it is up.</summary>
public sealed record ProductStart(string Project, Uri ReadyUrl, params ImmutableArray<string> Arguments)
{
    public ImmutableDictionary<string, string?> Environment { get; init; } = ImmutableDictionary<string, string?>.Empty;

    /// <summary>.NET's own start plus a replay of the crash tests' data on a machine whose processors are all in use.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(60);

    public ProductStart With(string variable, string? value) => this with { Environment = Environment.SetItem(variable, value) };
}

/// <summary>
/// One of our programs as a process of its own, from <c>artifacts/bin/&lt;Project&gt;/&lt;configuration&gt;/</c>: the configuration that the tests were
/// built with, so that a test never runs yesterday's binary of the other one.
/// </summary>
public sealed class ProductProcess : IAsyncDisposable
{
    private static readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(5) };
    private readonly RestartableProcess _process;

    private ProductProcess(RestartableProcess process)
    {
        _process = process;
    }

    public int ProcessId => _process.ProcessId;

    /// <summary>What the program wrote over all its starts.</summary>
    public OutputTail Output => _process.Output;

    /// <exception cref="FileNotFoundException">The program is not built.</exception>
    /// <exception cref="InvalidOperationException">It ended or did not answer; the message holds its last output.</exception>
    public static async Task<ProductProcess> StartAsync(ProductStart start, CancellationToken cancellationToken = default)
    {
        var program = new ProgramStart(ProgramOf(start.Project), start.Arguments) { Environment = start.Environment };
        var process = new ProductProcess(new RestartableProcess(program, () => AnswersAsync(start.ReadyUrl), start.StartTimeout));
        await process._process.StartAsync(cancellationToken);
        return process;
    }

    /// <summary>The path of a project's built program.</summary>
    /// <exception cref="FileNotFoundException">It is not built; the message says how to.</exception>
    public static string ProgramOf(string project)
    {
        var configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        var path = RepositoryRoot.PathOf($"artifacts/bin/{project}/{configuration}/Observability.{project}");
        return File.Exists(path)
            ? path
            : throw new FileNotFoundException($"{path} is not built; run: dotnet build src/{project} -c {configuration}", path);
    }

    public Task Kill9Async() => _process.Kill9Async();

    /// <summary>Asks it to stop; false when it had to be killed, which a test of a clean stop should refuse.</summary>
    public Task<bool> StopAsync() => _process.StopAsync();

    /// <summary>Starts it again with the same arguments, after a kill or, if it still runs, after a clean stop.</summary>
    public Task RestartAsync(CancellationToken cancellationToken = default) => _process.RestartAsync(cancellationToken);

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static Task<bool> AnswersAsync(Uri url) => ServerProbe.AnswersAsync(_http, url);
}
