using Observability.Contracts;
using Observability.Telemetry;

namespace Observability.RuleEngine.Runs;

/// <summary>What a batch of reports did.</summary>
/// <param name="Changed">Runs whose state may be new.</param>
/// <param name="Samples">Series to write, in order.</param>
/// <param name="Refused">Reports that a limit kept out.</param>
internal readonly record struct RunChanges(IReadOnlyList<RunKey> Changed, RunSamples Samples, int Refused);

/// <summary>
/// All runs that are known, by pipeline. Deterministic: its state follows from the reports, their engine times and the ticks alone, so a replay of the
/// journal makes the same catalog and the same samples. One writer; readers from any thread get immutable states.
/// </summary>
internal sealed class RunCatalog(RunOptions options) : Tracking.IRunFacts
{
    private readonly Lock _lock = new();
    private readonly RunFold _fold = new(options);
    private readonly Dictionary<PipelineKey, PipelineState> _pipelines = [];
    private readonly Dictionary<string, List<PipelineState>> _byName = new(StringComparer.Ordinal);

    public int PipelineCount
    {
        get
        {
            lock (_lock)
            {
                return _pipelines.Count;
            }
        }
    }

    /// <summary>Folds the reports of one frame.</summary>
    /// <param name="reports">As their source made them.</param>
    /// <param name="environment">The frame's: canonical, and the one that the sender was allowed to write to.</param>
    /// <param name="now">Engine time of the receipt in milliseconds.</param>
    public RunChanges Apply(IReadOnlyList<RunEvent> reports, string environment, long now)
    {
        var samples = new RunSamples();
        var changed = new List<RunKey>(reports.Count);
        var refused = 0;
        lock (_lock)
        {
            foreach (var report in reports)
            {
                // A state without runs is told by the samples that its source sends beside it.
                if (report.Kind == RunKind.State)
                {
                    continue;
                }
                var key = RunKey.Of(report, environment);
                if (Apply(key, report, now, samples))
                {
                    changed.Add(key);
                }
                else
                {
                    refused++;
                }
            }
        }
        return new RunChanges(changed, samples, refused);
    }

    /// <summary>Once a minute: writes every live series again, ends those of silent pipelines, forgets runs past their retention.</summary>
    public RunSamples Tick(long now)
    {
        var samples = new RunSamples();
        lock (_lock)
        {
            var forgetBefore = now - (long)options.Retention.TotalMilliseconds;
            foreach (var pipeline in _pipelines.Values.ToList())
            {
                pipeline.Refresh(now, (long)options.RetireAfter.TotalMilliseconds, samples);
                pipeline.Trim(int.MaxValue, forgetBefore);
                if (pipeline is { IsRetired: true, Runs.Count: 0 })
                {
                    Remove(pipeline);
                }
            }
        }
        return samples;
    }

    /// <summary>The run that explains an alert with these labels, or null when they name no known pipeline.</summary>
    public RunFacts? FactsFor(LabelSet alertLabels)
    {
        lock (_lock)
        {
            return RunFactsReader.Read(PipelinesOf(alertLabels), alertLabels[LabelNames.Task]);
        }
    }

    /// <summary>How often it has failed since it last was good, the newest failure included; 0 when it works or is not known.</summary>
    public int OccurrencesFor(LabelSet alertLabels)
    {
        lock (_lock)
        {
            return PipelinesOf(alertLabels).Select(RunFactsReader.FailuresSinceGood).DefaultIfEmpty().Max();
        }
    }

    /// <summary>
    /// Attempts that the filter lets through, newest first, and whether there are more. A page ends between two times, so it may be longer than asked for:
    /// a file of old runs that is posted today gives them all the same time.
    /// </summary>
    public (IReadOnlyList<RunState> Runs, bool HasMore) List(RunFilter filter)
    {
        var found = new List<RunState>();
        lock (_lock)
        {
            foreach (var pipeline in _pipelines.Values.Where(pipeline => filter.Matches(pipeline.Key)))
            {
                found.AddRange(pipeline.Runs.Where(filter.Matches));
            }
        }
        found.Sort(static (left, right) => RunState.CompareOrder(right, left));
        var count = Math.Min(filter.Limit, found.Count);
        while (count > 0 && count < found.Count && found[count].Order.Item1 == found[count - 1].Order.Item1)
        {
            count++;
        }
        return (found.GetRange(0, count), count < found.Count);
    }

    /// <summary>All attempts of one run with the facts of its pipeline, or null.</summary>
    /// <param name="id"><see cref="RunKey.Id"/>.</param>
    public RunDetail? Find(string id)
    {
        lock (_lock)
        {
            foreach (var pipeline in _pipelines.Values)
            {
                var attempts = pipeline.Runs.Where(run => run.Key.Id == id).OrderBy(run => run.Key.Attempt).ToList();
                if (attempts.Count > 0)
                {
                    return new RunDetail(attempts, RunFactsReader.FactsOf(pipeline, attempts[^1], ""),
                        [.. pipeline.Runs.Where(run => run.Key.RunId != attempts[0].Key.RunId).OrderByDescending(run => run, Comparer<RunState>.Create(RunState.CompareOrder))
                            .Take(RunDetail.PreviousRuns)]);
                }
            }
        }
        return null;
    }

    public RunCatalogImage Capture()
    {
        lock (_lock)
        {
            return new RunCatalogImage([.. _pipelines.Values.Select(pipeline => pipeline.Capture())]);
        }
    }

    /// <summary>Fills an empty catalog.</summary>
    public void Restore(RunCatalogImage image)
    {
        lock (_lock)
        {
            foreach (var pipeline in image.Pipelines)
            {
                Add(PipelineState.Restore(pipeline));
            }
        }
    }

    private bool Apply(RunKey key, RunEvent report, long now, RunSamples samples)
    {
        if (!_pipelines.TryGetValue(key.Pipeline, out var pipeline))
        {
            if (_pipelines.Count >= options.MaximumPipelines)
            {
                return false;
            }
            Add(pipeline = new PipelineState(key.Pipeline));
        }
        var known = pipeline.Find(key.RunId, key.Attempt);
        var run = _fold.Fold(known, key, report, now);
        var limit = RunsPerPipeline();
        if (known is null && pipeline.Runs.Count >= limit && IsOlderThanAll(run, pipeline))
        {
            return false;
        }
        pipeline.Set(run, report, _fold.IsHistory(report, now), now, samples);
        pipeline.Trim(limit, long.MinValue);
        return true;
    }

    /// <summary>Such a run would be dropped at once, and its next report would count it again.</summary>
    private static bool IsOlderThanAll(RunState run, PipelineState pipeline) => pipeline.Runs.All(kept => RunState.CompareOrder(run, kept) < 0);

    /// <summary>The many share what the few could use alone; 30 are kept in any case, because the usual duration is made of them.</summary>
    private int RunsPerPipeline() =>
        Math.Clamp(options.MaximumRuns / Math.Max(1, _pipelines.Count), Math.Min(RunLimits.UsualDurationRuns, options.RunsPerPipeline), options.RunsPerPipeline);

    /// <summary>Pipelines that the labels can mean. A rule that sums over a label leaves it out, and then any value of it will do.</summary>
    private IEnumerable<PipelineState> PipelinesOf(LabelSet labels)
    {
        return _byName.TryGetValue(labels[LabelNames.Pipeline], out var pipelines) ? pipelines.Where(Fits) : [];
        bool Fits(PipelineState pipeline) =>
            (labels[LabelNames.Source] is "" || labels[LabelNames.Source] == pipeline.Key.Source)
            && (labels[LabelNames.Environment] is "" || labels[LabelNames.Environment] == pipeline.Key.Environment);
    }

    private void Add(PipelineState pipeline)
    {
        _pipelines.Add(pipeline.Key, pipeline);
        if (!_byName.TryGetValue(pipeline.Key.Pipeline, out var sameName))
        {
            _byName.Add(pipeline.Key.Pipeline, sameName = []);
        }
        sameName.Add(pipeline);
    }

    private void Remove(PipelineState pipeline)
    {
        _pipelines.Remove(pipeline.Key);
        var sameName = _byName[pipeline.Key.Pipeline];
        sameName.Remove(pipeline);
        if (sameName.Count == 0)
        {
            _byName.Remove(pipeline.Key.Pipeline);
        }
    }
}
