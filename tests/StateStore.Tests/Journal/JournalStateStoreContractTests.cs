using Observability.Durability;
using Observability.TestKit;

namespace Observability.StateStore.Tests.Journal;

public sealed class JournalStateStoreContractTests : StateStoreContract
{
    protected override async Task<IStateStore> OpenAsync() =>
        await JournalStateStore.OpenAsync(new SimulatedDisk(seed: 1), "/data/state", Time, new JournalStateOptions
        {
            Journal = new AppendLogOptions { SegmentBytes = 64 << 10, CapacityBytes = 1 << 20 },
            // Small enough that the suite also runs over snapshots.
            SnapshotAfterBytes = 4096,
        });
}
