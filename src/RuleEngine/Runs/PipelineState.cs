using Observability.Telemetry;

namespace Observability.RuleEngine.Runs;

/// <summary>
/// The runs of one pipeline and the present values of its series. Values follow from the runs that are kept; where those no longer say anything
/// (the last successful run has been dropped), the last value stays. Guarded by the catalog's lock.
/// </summary>
internal sealed class PipelineState(PipelineKey key)
{
    private readonly Dictionary<(string RunId, int Attempt), RunState> _runs = [];
    private readonly SortedDictionary<SeriesName, double> _values = [];
    private readonly Dictionary<SeriesName, LabelSet> _labels = [];
    private readonly Dictionary<string, long> _taskSeenAt = new(StringComparer.Ordinal);
    private bool _hasDroppedRuns;
    private string _team = "";
    private string _tier = "";

    public PipelineKey Key { get; } = key;

    public IReadOnlyCollection<RunState> Runs => _runs.Values;

    public IReadOnlyDictionary<SeriesName, double> Values => _values;

    /// <summary>Engine time of the last report.</summary>
    public long LastReportMilliseconds { get; private set; }

    /// <summary>Silent for so long that its series have ended.</summary>
    public bool IsRetired { get; private set; }

    public RunState? Find(string runId, int attempt) => _runs.GetValueOrDefault((runId, attempt));

    /// <summary>
    /// Takes a run's new state and writes every series of the pipeline. An alert that still fires learns of a second failed run from these samples,
    /// so they are written also when no value changed.
    /// </summary>
    /// <param name="run">Its new state.</param>
    /// <param name="report">What made it so.</param>
    /// <param name="isHistory">The report came too late to tell anybody.</param>
    /// <param name="now">Engine time.</param>
    /// <param name="samples">Gets what is to be written.</param>
    public void Set(RunState run, RunEvent report, bool isHistory, long now, RunSamples samples)
    {
        LastReportMilliseconds = Math.Max(LastReportMilliseconds, now);
        IsRetired = false;
        // Labels first: the zero before a counter's first increment must be of the series that is then incremented.
        _runs[(run.Key.RunId, run.Key.Attempt)] = run;
        SetLabels(now, samples);
        if (report.Task.Length == 0 && !(report.Status.IsFailure() && isHistory))
        {
            run = CountResult(run, report.Status, now, samples);
        }
        _runs[(run.Key.RunId, run.Key.Attempt)] = run;
        SetGauges(now, samples);
        SetTasks(report, now, samples);
        Write(now, samples);
    }

    /// <summary>All series again, so that none goes stale while the pipeline rests; those of tasks that were not heard of for long end.</summary>
    public void Refresh(long now, long retireAfter, RunSamples samples)
    {
        if (IsRetired)
        {
            return;
        }
        if (now - LastReportMilliseconds > retireAfter)
        {
            Retire(now, samples);
            return;
        }
        foreach (var (task, seenAt) in _taskSeenAt.ToList())
        {
            if (now - seenAt > retireAfter)
            {
                End(SeriesName.Task(task), now, samples);
            }
        }
        Write(now, samples);
    }

    /// <summary>Drops the oldest runs beyond <paramref name="limit"/> and those first seen before <paramref name="firstSeenAfter"/>. Their values stay.</summary>
    public int Trim(int limit, long firstSeenAfter)
    {
        var excess = _runs.Values.Where(run => run.FirstSeenMilliseconds < firstSeenAfter).ToList();
        if (_runs.Count - excess.Count > limit)
        {
            excess = [.. _runs.Values.Order(Comparer<RunState>.Create(RunState.CompareOrder)).Take(_runs.Count - limit).Union(excess)];
        }
        _hasDroppedRuns |= excess.Count > 0;
        excess.ForEach(run => _runs.Remove((run.Key.RunId, run.Key.Attempt)));
        return excess.Count;
    }

    public PipelineImage Capture() => new()
    {
        Key = Key,
        LastReportMilliseconds = LastReportMilliseconds,
        IsRetired = IsRetired,
        HasDroppedRuns = _hasDroppedRuns,
        Team = _team,
        Tier = _tier,
        Values = [.. _values.Select(pair => new SeriesValue(pair.Key, pair.Value))],
        TasksSeen = new SortedDictionary<string, long>(_taskSeenAt, StringComparer.Ordinal),
        Runs = [.. _runs.Values.OrderBy(run => run.Key.RunId, StringComparer.Ordinal).ThenBy(run => run.Key.Attempt)],
    };

    public static PipelineState Restore(PipelineImage image)
    {
        var pipeline = new PipelineState(image.Key)
        {
            LastReportMilliseconds = image.LastReportMilliseconds,
            IsRetired = image.IsRetired,
            _hasDroppedRuns = image.HasDroppedRuns,
            _team = image.Team,
            _tier = image.Tier,
        };
        foreach (var (name, value) in image.Values)
        {
            pipeline._values[name] = value;
        }
        foreach (var (task, seenAt) in image.TasksSeen)
        {
            pipeline._taskSeenAt[task] = seenAt;
        }
        foreach (var run in image.Runs)
        {
            pipeline._runs[(run.Key.RunId, run.Key.Attempt)] = run;
        }
        return pipeline;
    }

    /// <summary>A run counts each result once, whoever reports it how often; a failure that may not page is not counted, since rules look at increases.</summary>
    private RunState CountResult(RunState run, RunStatus result, long now, RunSamples samples)
    {
        var bit = 1 << (int)result;
        if (!result.IsFinished() || (run.CountedResults & bit) != 0)
        {
            return run;
        }
        var name = SeriesName.Result(Key.Kind == RunKind.Deployment ? RunMetrics.DeploymentsTotal : RunMetrics.RunsTotal, result.ToLabel());
        if (!_values.TryGetValue(name, out var count))
        {
            // Without a zero just before it, "increase" would not see the first run of a kind.
            samples.Add(name, LabelsOf(name), now - 1, 0);
        }
        _values[name] = count + 1;
        return run with { CountedResults = run.CountedResults | bit };
    }

    /// <summary>
    /// A value of which no run speaks any more ends, say when a failed run turns out to have been cancelled. Once runs have been dropped it stays instead:
    /// then it may have come from one of those.
    /// </summary>
    private void SetGauges(long now, RunSamples samples)
    {
        var said = new HashSet<SeriesName>();
        foreach (var (name, value) in PipelineSeries.Of(Key.Kind, _runs.Values, now))
        {
            _values[name] = value;
            said.Add(name);
        }
        if (!_hasDroppedRuns)
        {
            foreach (var name in _values.Keys.Where(name => !name.IsCounter && !name.IsTask && !said.Contains(name)).ToList())
            {
                End(name, now, samples);
            }
        }
    }

    /// <summary>A deployment may bear the name of a pipeline; its steps would then write into the pipeline's series.</summary>
    private void SetTasks(RunEvent report, long now, RunSamples samples)
    {
        if (Key.Kind == RunKind.Deployment)
        {
            return;
        }
        foreach (var task in report.Tasks)
        {
            SetTask(task.Name, now, samples);
        }
        if (report.Task.Length > 0)
        {
            SetTask(report.Task, now, samples);
        }
    }

    private void SetTask(string task, long now, RunSamples samples)
    {
        var name = SeriesName.Task(task);
        RunState? newest = null;
        var hasEverFailed = _values.ContainsKey(name);
        foreach (var run in _runs.Values)
        {
            if (run.FindTask(task) is not { } state)
            {
                continue;
            }
            hasEverFailed |= state.MayPage;
            // A failure that may not page says nothing here, as with the run itself.
            if (state.IsVerdict && (!state.Status.IsFailure() || state.MayPage) && (newest is null || CompareTask(run, state, newest, newest.FindTask(task)!) > 0))
            {
                newest = run;
            }
        }
        if (newest is not null && hasEverFailed && (_values.ContainsKey(name) || MakeRoomForTask(now, samples)))
        {
            _values[name] = newest.FindTask(task)!.Status.IsFailure() ? 1 : 0;
            _taskSeenAt[task] = now;
        }
        else if (newest is null && !_hasDroppedRuns && _values.ContainsKey(name))
        {
            End(name, now, samples);
        }
    }

    private static int CompareTask(RunState leftRun, TaskState left, RunState rightRun, TaskState right)
    {
        var byTime = (left.CountsFromMilliseconds ?? 0).CompareTo(right.CountsFromMilliseconds ?? 0);
        var byAttempt = byTime != 0 ? byTime : leftRun.Key.Attempt.CompareTo(rightRun.Key.Attempt);
        return byAttempt != 0 ? byAttempt : string.CompareOrdinal(leftRun.Key.RunId, rightRun.Key.RunId);
    }

    /// <summary>False when every known task still fails: what is firing is worth more than one more.</summary>
    private bool MakeRoomForTask(long now, RunSamples samples)
    {
        if (_taskSeenAt.Count < RunLimits.TaskSeriesPerPipeline)
        {
            return true;
        }
        var working = _taskSeenAt.Keys.Where(task => _values.GetValueOrDefault(SeriesName.Task(task)) == 0).Min(StringComparer.Ordinal);
        if (working is null)
        {
            return false;
        }
        End(SeriesName.Task(working), now, samples);
        return true;
    }

    /// <summary>A new team or tier makes new series; the old ones end at once instead of firing beside them until they go stale.</summary>
    private void SetLabels(long now, RunSamples samples)
    {
        var team = NewestText(run => run.Team.Value) ?? _team;
        var tier = NewestText(run => run.Tier.Value) ?? _tier;
        if (team == _team && tier == _tier)
        {
            return;
        }
        foreach (var name in _values.Keys)
        {
            samples.Add(name, LabelsOf(name), now, StalenessMarker.Value);
        }
        (_team, _tier) = (team, tier);
        _labels.Clear();
    }

    private string? NewestText(Func<RunState, string?> select)
    {
        RunState? newest = null;
        foreach (var run in _runs.Values)
        {
            if (!string.IsNullOrEmpty(select(run)) && (newest is null || RunState.CompareOrder(run, newest) > 0))
            {
                newest = run;
            }
        }
        return newest is null ? null : select(newest);
    }

    private void Write(long now, RunSamples samples)
    {
        foreach (var (name, value) in _values)
        {
            samples.Add(name, LabelsOf(name), now, value);
        }
    }

    /// <summary>Counts go on where they were if the pipeline ever runs again; everything else would tell of a time long past.</summary>
    private void Retire(long now, RunSamples samples)
    {
        foreach (var name in _values.Keys.ToList())
        {
            samples.Add(name, LabelsOf(name), now, StalenessMarker.Value);
            if (!name.IsCounter)
            {
                _values.Remove(name);
            }
        }
        _taskSeenAt.Clear();
        IsRetired = true;
    }

    private void End(in SeriesName name, long now, RunSamples samples)
    {
        samples.Add(name, LabelsOf(name), now, StalenessMarker.Value);
        _values.Remove(name);
        _labels.Remove(name);
        _taskSeenAt.Remove(name.Value);
    }

    private LabelSet LabelsOf(in SeriesName name)
    {
        if (!_labels.TryGetValue(name, out var labels))
        {
            labels = LabelSet.Of((LabelSet.MetricName, name.Metric), (LabelNames.Environment, Key.Environment), (LabelNames.Source, Key.Source),
                (LabelNames.Pipeline, Key.Pipeline), (LabelNames.Team, _team), (RunMetrics.TierLabel, _tier), (name.Label, name.Value));
            _labels.Add(name, labels);
        }
        return labels;
    }
}
