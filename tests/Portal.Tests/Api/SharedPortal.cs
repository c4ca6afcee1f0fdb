using Observability.Telemetry;

namespace Observability.Portal.Tests.Api;

/// <summary>One Portal for all tests of a class: they only read, and a start takes longer than a hundred questions.</summary>
public abstract class SharedPortal(params IReadOnlyList<LogRecord> lines) : IAsyncLifetime
{
    internal PortalWorld World { get; private set; } = null!;

    public async ValueTask InitializeAsync() => World = await PortalWorld.StartAsync(Recorded.Nothing, lines);

    public async ValueTask DisposeAsync()
    {
        await World.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
