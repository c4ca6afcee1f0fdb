using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Observability.Collector.Tests.Support;
using Observability.Durability;
using Observability.LogStore.Segments;
using Observability.TestKit;

namespace Observability.Collector.Tests.EndToEnd;

/// <summary>The Collector on the log store that Standalone ships.</summary>
public sealed class SegmentStoreTests
{
    [Fact]
    public async Task A_dead_letter_is_found_before_it_is_flushed_and_the_cursor_follows_the_flush()
    {
        var directory = Directory.CreateTempSubdirectory("obs-collector-store-").FullName;
        var time = new ManualTime();
        await using (var store = SegmentLogStore.Open(PhysicalDisk.Instance, new SegmentStoreOptions { Directory = Path.Combine(directory, "logs") }, time, NullLogger<SegmentLogStore>.Instance))
        {
            await using var host = await CollectorHost.StartAsync(directory: Path.Combine(directory, "spool"), realStore: store);
            using var response = await host.PostJsonAsync("/webhooks/github/orders?environment=prod", "{}", ("X-GitHub-Event", "workflow_run"));
            var sequence = host.Spool.NewestSequence;
            await Eventually.TrueAsync(
                async () =>
                {
                    using var letters = JsonDocument.Parse(await host.Client.GetStringAsync("/api/v1/dead-letters"));
                    return letters.RootElement.GetArrayLength() == 1;
                },
                TimeSpan.FromSeconds(10), "the dead letter to be found");
            Assert.True(host.Spool.Indexing.Position < sequence, "the frame is still needed from the spool");
            await store.FlushAsync(CancellationToken.None);
            await Eventually.TrueAsync(() => host.Spool.Indexing.Position >= sequence, TimeSpan.FromSeconds(10), "the cursor to follow the flush");
        }
        Directory.Delete(directory, recursive: true);
    }
}
