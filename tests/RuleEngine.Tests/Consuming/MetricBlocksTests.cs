using Microsoft.Extensions.Logging.Abstractions;
using Observability.Configuration;
using Observability.MetricStore;
using Observability.RuleEngine.Consuming;
using Observability.RuleEngine.Evaluating;
using Observability.RuleEngine.Rules;
using Observability.RuleEngine.Tests.Runs;
using Observability.TestKit;

namespace Observability.RuleEngine.Tests.Consuming;

/// <summary>Hours pass through the intake until samples lie in blocks; rules see no difference, before and after a power cut.</summary>
public sealed class MetricBlocksTests
{
    private const int Minutes = 300;

    private readonly ManualTime _time = new(DateTimeOffset.FromUnixTimeMilliseconds(Reports.Now));
    private readonly EngineOptions _options = new() { Metrics = new MetricStoreOptions { BlockRange = TimeSpan.FromHours(1) } };

    [Fact]
    public async Task Rules_look_into_blocks_as_into_memory_and_a_restart_changes_nothing()
    {
        var disk = new SimulatedDisk(7);
        await using (var store = Open(disk))
        {
            await LiveAsync(store, disk);
            Assert.InRange(store.State.Metrics.BlockCount, 1, Minutes / 60);
            Assert.InRange(store.State.Metrics.HeadSampleCount, 1, Minutes);
            Assert.Equal([("t0", Minutes), ("t1", Minutes)], Fired(store));
        }
        await using var reopened = Open(disk.Crash());
        Assert.InRange(reopened.State.Metrics.BlockCount, 1, Minutes / 60);
        Assert.Equal([("t0", Minutes), ("t1", Minutes)], Fired(reopened));
    }

    private EngineStore Open(SimulatedDisk disk) => EngineStore.Open(disk, "/telemetry", _options, NullLogger.Instance);

    private async Task LiveAsync(EngineStore store, SimulatedDisk disk)
    {
        using var intake = new FrameIntake(store, new DeadLetterFrames(disk, "/dead-letters"), _options, _time, NullLogger<FrameIntake>.Instance);
        await intake.StartAsync(CancellationToken.None);
        for (var minute = 1; minute <= Minutes; minute++)
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            await intake.ConsumeAsync(EngineFrames.Frame((ulong)minute, _time.GetUtcNow().ToUnixTimeMilliseconds()), CancellationToken.None);
        }
        // Waits for the maintenance that is under way.
        await intake.StopAsync(CancellationToken.None);
        // Hours pass here in moments, so on a busy machine that one began hours ago; another minute would bring the next.
        store.State.Metrics.Maintain(store.State.EngineTimeMilliseconds, store.State.AppliedSequence);
    }

    /// <summary>Tables whose samples of all the hours are there, and how many those are.</summary>
    private IEnumerable<(string Table, int Samples)> Fired(EngineStore store)
    {
        var configuration = new TestConfiguration().With("rules/pipelines.yaml", """
            groups:
              - name: rows
                rules:
                  - alert: ManyRows
                    expr: count_over_time(rows[6h]) > 0
                    labels: { severity: error }
            """).Load();
        var errors = new List<ConfigurationError>();
        var outcome = Assert.Single(new RuleEvaluator(store.State.Metrics).Evaluate(
            RuleCompiler.Compile(configuration, errors).Single(group => group.Name == "rows"), _time.GetUtcNow().AddMinutes(1), CancellationToken.None));
        Assert.Empty(errors);
        Assert.Null(outcome.Error);
        return outcome.Results!.Select(result => (result.Labels["table"], (int)result.Value)).Order();
    }
}
