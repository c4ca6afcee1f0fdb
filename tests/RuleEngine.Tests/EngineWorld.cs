using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Observability.Configuration;
using Observability.Contracts;
using Observability.Durability;
using Observability.Messaging;
using Observability.RuleEngine.Configuration;
using Observability.RuleEngine.Consuming;
using Observability.RuleEngine.Deciding;
using Observability.RuleEngine.Evaluating;
using Observability.RuleEngine.Publishing;
using Observability.RuleEngine.Tracking;
using Observability.StateStore;
using Observability.Telemetry;
using Observability.TestKit;

namespace Observability.RuleEngine.Tests;

/// <summary>
/// The whole engine from frame to stored intent, without a host: a simulated disk, a clock that the test moves, and the decision loop stepped by hand.
/// Intents are taken out of the outbox as the relay would take them.
/// </summary>
internal sealed class EngineWorld : IAsyncDisposable
{
    private readonly TestConfiguration _files;
    private readonly List<NotificationIntent> _told = [];
    private readonly HashSet<string> _toldIds = new(StringComparer.Ordinal);
    private SimulatedDisk _disk;
    private ulong _sequence;
    private EngineStore _engine = null!;
    private FrameIntake _intake = null!;
    private EngineStartup _startup = null!;

    private EngineWorld(TestConfiguration files, int seed)
    {
        _files = files;
        _disk = new SimulatedDisk(seed);
    }

    public ManualTime Time { get; } = new(TestAlerts.Start);

    public IStateStore State { get; private set; } = null!;

    public DecisionLoop Loop { get; private set; } = null!;

    /// <summary>What the loop steps; look at it between two steps only.</summary>
    public AlertPath Path { get; private set; } = null!;

    public ConfigurationKeeper Keeper { get; private set; } = null!;

    public ActiveConfiguration Active { get; private set; } = null!;

    /// <summary>Every intent that left the engine, in order.</summary>
    public IReadOnlyList<NotificationIntent> Told => _told;

    /// <param name="files">The configuration folder; without it that of <see cref="TestConfiguration"/>.</param>
    /// <param name="seed">Of the disk.</param>
    /// <param name="earlier">Alerts that an earlier start left in the store, in no group yet.</param>
    public static async Task<EngineWorld> StartAsync(TestConfiguration? files = null, int seed = 1, IReadOnlyCollection<AlertState>? earlier = null)
    {
        var world = new EngineWorld(files ?? new TestConfiguration(), seed);
        if (earlier is not null)
        {
            await using var state = await JournalStateStore.OpenAsync(world._disk, "/state", world.Time);
            var lease = await state.TryAcquireLeaseAsync(DecisionLease.Name, "earlier", DecisionLease.Duration, CancellationToken.None);
            var outcome = await new DecisionStore(state).CommitAsync(new DecisionChanges { Alerts = earlier }, lease!, CancellationToken.None);
            Assert.True(outcome.IsCommitted, outcome.Reason);
            await state.ReleaseLeaseAsync(lease!, CancellationToken.None);
        }
        await world.OpenAsync();
        return world;
    }

    /// <summary>Changes a file and reloads, as an operator does.</summary>
    public Task<ChangeOutcome> ReloadAsync(string file, string text)
    {
        _files.With(file, text);
        return Keeper.ReloadAsync("operator", CancellationToken.None);
    }

    /// <summary>A run is reported and consumed; the engine then decides.</summary>
    public async Task ReportAsync(string environment, RunStatus status, string runId, string pipeline = "orders", string error = "", string owner = "")
    {
        using var writer = new TelemetryBatchWriter();
        writer.Reset(FrameKind.Telemetry, environment, "run", "test", Time.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000);
        writer.AddRun(new RunEvent
        {
            Source = "dbt",
            Pipeline = pipeline,
            Environment = environment,
            RunId = runId,
            Status = status,
            Error = error,
            OwnerHint = owner,
            EventTimeMilliseconds = Time.GetUtcNow().ToUnixTimeMilliseconds(),
        });
        await _intake.ConsumeAsync(new ReceivedFrame(new FrameName(1, ++_sequence), writer.Finish(), null), CancellationToken.None);
        await StepAsync();
    }

    /// <summary>Lets time pass second by second, the engine deciding at each.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        for (var end = Time.GetUtcNow() + time; Time.GetUtcNow() < end;)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            // The tick is applied by a loop of its own; on a busy machine the clock would leave it minutes behind, and live series would go stale.
            await _intake.LastTick;
            await StepAsync();
        }
    }

    /// <summary>Bytes that are no frame, as a bug of a sender makes them; the engine then decides.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        await _intake.ConsumeAsync(new ReceivedFrame(new FrameName(1, ++_sequence), bytes, null), CancellationToken.None);
        await StepAsync();
    }

    public async Task StepAsync()
    {
        await Loop.StepAsync(CancellationToken.None);
        await TakeIntentsAsync();
    }

    /// <summary>Power is lost: what was not synced is gone; then everything starts again.</summary>
    public async Task CrashAsync()
    {
        var after = _disk.Crash();
        await CloseAsync();
        _disk = after;
        await OpenAsync();
    }

    public async ValueTask DisposeAsync() => await CloseAsync();

    private async Task TakeIntentsAsync()
    {
        var rows = await State.OutboxAsync(0, 1000, CancellationToken.None);
        foreach (var row in rows)
        {
            var intent = JsonSerializer.Deserialize(row.Content.Span, ContractJson.Default.NotificationIntent)!;
            // The receiver knows an id that it has had, as the Notifier does.
            if (_toldIds.Add(intent.Id))
            {
                _told.Add(intent);
            }
        }
        await State.AcknowledgeOutboxAsync([.. rows.Select(row => row.Id)], CancellationToken.None);
    }

    private async Task OpenAsync()
    {
        State = await JournalStateStore.OpenAsync(_disk, "/state", Time);
        Active = ActiveConfiguration.Open("/configuration", null, _files);
        Keeper = new ConfigurationKeeper(Active, State, Time);
        _engine = EngineStore.Open(_disk, "/telemetry", new EngineOptions(), NullLogger.Instance);
        var health = new RuleHealth();
        Path = new AlertPath(new RuleEvaluator(_engine.State.Metrics), health, new DecisionStore(State), _engine.State.Runs, Time);
        Loop = new DecisionLoop(Path, Keeper, new DecisionLease(State, "engine", Time), Time, NullLogger<DecisionLoop>.Instance);
        _intake = new FrameIntake(_engine, new DeadLetterFrames(_disk, "/dead-letters"), new EngineOptions(), Time, NullLogger<FrameIntake>.Instance);
        _startup = new EngineStartup(Keeper, _engine, Loop);
        await _startup.StartAsync(CancellationToken.None);
        await Path.RestoreAsync(CancellationToken.None);
        await _intake.StartAsync(CancellationToken.None);
        await StepAsync();
    }

    private async Task CloseAsync()
    {
        await _intake.StopAsync(CancellationToken.None);
        await _startup.StopAsync(CancellationToken.None);
        _intake.Dispose();
        Loop.Dispose();
        Keeper.Dispose();
        await _engine.DisposeAsync();
        await State.DisposeAsync();
    }
}
