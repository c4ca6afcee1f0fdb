using Observability.TestKit;

namespace Observability.EndToEnd.Tests.Shapes;

/// <summary>A running system, in either shape: one base address, and parts that can be killed.</summary>
internal abstract class Shape : IAsyncDisposable
{
    protected Shape(Uri url)
    {
        Url = url;
        Client = new HttpClient { BaseAddress = url, Timeout = TimeSpan.FromSeconds(30) };
    }

    /// <summary>The base address for people, clients and tests.</summary>
    public Uri Url { get; }

    public HttpClient Client { get; }

    /// <summary>What can be killed, by name.</summary>
    public abstract IReadOnlyList<string> Parts { get; }

    public static async Task<Shape> StartAsync(string name, string configuration) => name switch
    {
        "standalone" => await StandaloneShape.StartAsync(configuration),
        "distributed" => await DistributedShape.StartAsync(configuration),
        _ => throw new ArgumentException($"there is no shape '{name}'", nameof(name)),
    };

    /// <summary>kill -9, then the same start again; returns when it answers.</summary>
    public abstract Task KillAndRestartAsync(string part);

    /// <summary>What the processes wrote, for the message of a failed test.</summary>
    public abstract string Output { get; }

    public virtual ValueTask DisposeAsync()
    {
        Client.Dispose();
        return ValueTask.CompletedTask;
    }
}

internal sealed class StandaloneShape : Shape
{
    private readonly ProductProcess _process;
    private readonly TemporaryDirectory _data;

    private StandaloneShape(Uri url, ProductProcess process, TemporaryDirectory data)
        : base(url)
    {
        _process = process;
        _data = data;
    }

    public override IReadOnlyList<string> Parts => ["standalone"];

    public override string Output => _process.Output.ToString();

    public static async Task<StandaloneShape> StartAsync(string configuration, params string[] more)
    {
        var data = new TemporaryDirectory("standalone");
        var url = new Uri($"http://127.0.0.1:{FreePorts.Next()}");
        string[] arguments = ["--urls", url.ToString().TrimEnd('/'), "--otlp-http", "off", "--data", data.PathOf("data"), .. configuration.Length > 0 ? ["--config", configuration] : Array.Empty<string>(), .. more];
        var process = await ProductProcess.StartAsync(new ProductStart("Standalone", new Uri(url, "/health"), [.. arguments]));
        return new StandaloneShape(url, process, data);
    }

    public override async Task KillAndRestartAsync(string part)
    {
        await _process.Kill9Async();
        await _process.RestartAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _process.DisposeAsync();
        _data.Dispose();
    }
}
