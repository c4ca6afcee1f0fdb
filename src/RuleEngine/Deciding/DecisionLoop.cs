using System.Threading.Channels;
using Observability.RuleEngine.Configuration;
using Observability.RuleEngine.Evaluating;
using Observability.Telemetry;

namespace Observability.RuleEngine.Deciding;

/// <summary>
/// The one thread that decides. It sleeps until something is due (a rule group, a notification group), a batch changed series, the configuration changed or
/// somebody asks; then it runs one step of <see cref="AlertPath"/>. It holds the lease <c>engine/main</c> and stores nothing without it.
/// </summary>
internal sealed class DecisionLoop(AlertPath path, ConfigurationKeeper configuration, DecisionLease lease, TimeProvider time, ILogger<DecisionLoop> logger)
    : BackgroundService
{
    /// <summary>Also how soon a lost lease is noticed while nothing happens.</summary>
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(500);

    private readonly ChangedSeries _changes = new();
    private readonly Channel<Action> _questions = Channel.CreateBounded<Action>(1024);
    private readonly WakeUp _wake = new();
    private AlertingGraph? _graph;
    private EvaluationSchedule? _schedule;

    /// <summary>Consuming tells what a frame changed; cheap, called on its thread.</summary>
    public void OnSeriesChanged(IReadOnlyList<LabelSet> series)
    {
        _changes.Add(series);
        _wake.Ring();
    }

    /// <summary>A new configuration is active from the next step on.</summary>
    public void Wake() => _wake.Ring();

    /// <summary>Answers a question about alerts and groups between two steps, so that it sees one consistent state.</summary>
    public async Task<T> AskAsync<T>(Func<AlertPath, AlertingGraph, T> question, CancellationToken cancellationToken)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        await _questions.Writer.WriteAsync(() => Answer(question, answer), cancellationToken);
        _wake.Ring();
        return await answer.Task.WaitAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await path.RestoreAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await StepAsync(stoppingToken);
                await SleepAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (IOException exception)
            {
                Log.StoreFailed(logger, exception.Message);
                await RecoverAsync(stoppingToken);
            }
        }
    }

    /// <summary>One pass of the loop; what a simulation calls instead of running the service.</summary>
    internal async Task StepAsync(CancellationToken cancellationToken)
    {
        AdoptConfiguration();
        MarkChanges();
        while (_questions.Reader.TryRead(out var question))
        {
            question();
        }
        if (await lease.HoldAsync(cancellationToken) is not { } held)
        {
            return;
        }
        var outcome = await path.StepAsync(_graph!, _schedule!, held, time.GetUtcNow(), cancellationToken);
        if (outcome is { IsCommitted: false })
        {
            Log.NotCommitted(logger, outcome.Status, outcome.Reason);
            await RecoverAsync(cancellationToken);
        }
    }

    private void AdoptConfiguration()
    {
        var current = configuration.Current;
        if (ReferenceEquals(current, _graph))
        {
            return;
        }
        _graph = current;
        _schedule = new EvaluationSchedule(current.Groups, time.GetUtcNow());
        path.Adopt(current, time.GetUtcNow());
        Log.ConfigurationAdopted(logger, current.Version, current.Groups.Count);
    }

    private void MarkChanges()
    {
        var (series, everything) = _changes.Take();
        _schedule!.MarkChanged(series);
        if (everything)
        {
            _schedule.MarkAllChanged();
        }
    }

    private async Task SleepAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var until = now + LongestSleep;
        if (_schedule!.NextAt < until)
        {
            until = _schedule.NextAt.Value;
        }
        if (path.Groups.NextFlush < until)
        {
            until = path.Groups.NextFlush.Value;
        }
        await _wake.WaitAsync(until - now, time, cancellationToken);
    }

    // Memory is only a copy: whatever a failed commit left unclear is read again, and conditions that still hold are found again by the next evaluation.
    private async Task RecoverAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(RetryDelay, time, cancellationToken);
        await path.RestoreAsync(cancellationToken);
        _graph = null;
    }

    private void Answer<T>(Func<AlertPath, AlertingGraph, T> question, TaskCompletionSource<T> answer)
    {
        try
        {
            answer.SetResult(question(path, _graph!));
        }
        catch (InvalidOperationException exception)
        {
            answer.SetException(exception);
        }
    }
}
