using Microsoft.Extensions.Logging.Abstractions;
using Observability.LogStore.Segments;
using Observability.TestKit;

namespace Observability.LogStore.Tests.Segments;

/// <summary>The embedded store keeps the contract on a disk that loses whatever was not flushed.</summary>
public sealed class SegmentLogStoreContractTests : LogStoreContract
{
    private readonly SimulatedDisk _disk = new(seed: 1);

    protected override Task<ILogStore> OpenAsync() => Task.FromResult<ILogStore>(
        SegmentLogStore.Open(_disk, new SegmentStoreOptions { Directory = "/logs" }, new ManualTime(), NullLogger<SegmentLogStore>.Instance));

    private protected override Task SettleAsync(ILogStore store) => ((SegmentLogStore)store).FlushAsync(Token);
}
