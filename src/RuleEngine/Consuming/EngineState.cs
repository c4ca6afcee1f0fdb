using System.Text;
using Observability.MetricStore;
using Observability.RuleEngine.Runs;
using Observability.Telemetry;

namespace Observability.RuleEngine.Consuming;

/// <summary>What applying one record did, for the listener and for the counters.</summary>
/// <param name="Changes">Null when nobody has to be told.</param>
/// <param name="WasKnown">The frame had been applied before; nothing was done.</param>
/// <param name="Samples">Samples of senders that were kept.</param>
/// <param name="RefusedRuns">Run events that a limit kept out.</param>
/// <param name="Refused">Samples that were not kept, those of the engine's own series included; null when there are none.</param>
/// <param name="Late">Of the frame's samples those that came behind the out-of-order window; null when there are none.</param>
internal readonly record struct AppliedRecord(
    AppliedChanges? Changes, bool WasKnown = false, int Samples = 0, int RefusedRuns = 0, IReadOnlyList<SampleRefusals>? Refused = null, LateSamples? Late = null);

/// <summary>
/// Everything that the engine knows of the world: samples, runs, and which frames they came from. A function of the journal: nothing changes it but
/// <c>Apply</c>, and nothing that it depends on is outside the record. One writer.
/// </summary>
internal sealed class EngineState : IDisposable
{
    /// <summary>When a frame was last set aside; what the rule ObsFrameSetAside looks at.</summary>
    private static readonly LabelSet LastSetAside = LabelSet.Of((LabelSet.MetricName, "obs_engine_last_frame_set_aside_timestamp_seconds"));

    /// <param name="options">Limits; the same state needs the same limits.</param>
    /// <param name="logger">Told what becomes of the metric blocks.</param>
    public EngineState(EngineOptions options, ILogger logger)
    {
        Metrics = new EmbeddedMetricStore(options.Metrics, logger);
        Runs = new RunCatalog(options.Runs);
    }

    public EmbeddedMetricStore Metrics { get; }

    public RunCatalog Runs { get; }

    public AppliedMarks Marks { get; } = new();

    /// <summary>Sequence of the last record applied; 0 before the first.</summary>
    public ulong AppliedSequence { get; private set; }

    /// <summary>The engine's clock at the last record. It does not go back by itself; a stepped clock is met by <see cref="EngineClock"/>.</summary>
    public long EngineTimeMilliseconds { get; private set; }

    /// <exception cref="InvalidDataException">The record is of a newer version.</exception>
    public AppliedRecord Apply(ulong sequence, ReadOnlyMemory<byte> content) => Apply(sequence, EngineRecord.Read(content));

    public AppliedRecord Apply(ulong sequence, in EngineRecord record)
    {
        AppliedSequence = sequence;
        EngineTimeMilliseconds = record.EngineTimeMilliseconds;
        Metrics.BeginRecord(sequence);
        if (record.Kind == EngineRecordKind.Tick)
        {
            return ApplyTick(record.EngineTimeMilliseconds);
        }
        if (record.Kind == EngineRecordKind.Deletion)
        {
            var (_, matchers, from, until) = DeletionOrder.Read(record.Frame, sequence).Deletion;
            Metrics.Delete(matchers, from, until);
            return default;
        }
        if (!Marks.TryAdd(record.Name, record.StreamOffset, record.Kind == EngineRecordKind.Heartbeat, record.EngineTimeMilliseconds))
        {
            return new AppliedRecord(null, WasKnown: true);
        }
        return record.Kind switch
        {
            EngineRecordKind.Frame => ApplyFrame(record),
            EngineRecordKind.DeadLetter => ApplyDeadLetter(record.EngineTimeMilliseconds),
            _ => default,
        };
    }

    /// <summary>A record that cannot be applied: its name is known, so that nobody sends it again, and a rule can tell of it.</summary>
    public void ApplySetAside(ulong sequence, in EngineRecord record)
    {
        if (record.Kind is not (EngineRecordKind.Tick or EngineRecordKind.Deletion))
        {
            Apply(sequence, record with { Kind = EngineRecordKind.DeadLetter });
            return;
        }
        AppliedSequence = sequence;
        EngineTimeMilliseconds = record.EngineTimeMilliseconds;
    }

    /// <summary>Cheap: what is big is shared, not copied.</summary>
    public EngineImage Capture()
    {
        using var marks = new MemoryStream();
        using (var writer = new BinaryWriter(marks, Encoding.UTF8, leaveOpen: true))
        {
            Marks.WriteTo(writer);
        }
        return new EngineImage(AppliedSequence, EngineTimeMilliseconds, marks.ToArray(), Metrics.Capture(), Runs.Capture());
    }

    /// <summary>Fills an empty state from what <see cref="EngineImage.WriteTo"/> wrote.</summary>
    /// <param name="source">Positioned behind the journal's incarnation.</param>
    /// <param name="isSameJournal">False when the journal that the snapshot belongs to is gone: then its sequences mean nothing any more.</param>
    public void Restore(Stream source, bool isSameJournal)
    {
        using var reader = new BinaryReader(source, Encoding.UTF8, leaveOpen: true);
        var sequence = reader.ReadUInt64();
        AppliedSequence = isSameJournal ? sequence : 0;
        EngineTimeMilliseconds = reader.ReadInt64();
        Marks.ReadFrom(reader);
        Metrics.Restore(source, AppliedSequence);
        Runs.Restore(RunCatalogImage.ReadFrom(source));
    }

    public void Dispose() => Metrics.Dispose();

    private AppliedRecord ApplyFrame(EngineRecord record)
    {
        var now = record.EngineTimeMilliseconds;
        var frame = TelemetryFrame.Open(record.Frame);
        var report = frame.Header.SampleCount > 0 ? Metrics.Append(frame, now) : new AppendReport(0, [], SampleRefusals.None);
        var late = report.Refused.Late.Count > 0 ? new LateSamples(record.Name, report.Refused.Late, report.Refused[SampleRefusal.TooOld]) : null;
        if (frame.Header.RunCount == 0)
        {
            return new AppliedRecord(Changes(report.ChangedSeries, [], now), Samples: report.Appended, Refused: RefusalsOf(report), Late: late);
        }
        var runs = Runs.Apply(frame.ReadRuns(), frame.Header.Environment, now);
        var (counters, gauges) = Write(runs.Samples, now);
        return new AppliedRecord(Changes([.. report.ChangedSeries, .. counters.ChangedSeries, .. gauges.ChangedSeries], runs.Changed, now),
            Samples: report.Appended, RefusedRuns: runs.Refused, Refused: RefusalsOf(report, counters, gauges), Late: late);
    }

    // A time and no count: it needs no memory of its own, and a rule that looks back an hour ends by itself.
    private AppliedRecord ApplyDeadLetter(long now)
    {
        var report = Metrics.Append([new MetricSample(LastSetAside, now, now / 1000.0)], MetricKind.Gauge, now);
        return new AppliedRecord(Changes(report.ChangedSeries, [], now), Refused: RefusalsOf(report));
    }

    private AppliedRecord ApplyTick(long now)
    {
        var (counters, gauges) = Write(Runs.Tick(now), now);
        Metrics.Retire(now);
        return new AppliedRecord(Changes([.. counters.ChangedSeries, .. gauges.ChangedSeries], [], now), Refused: RefusalsOf(counters, gauges));
    }

    private (AppendReport Counters, AppendReport Gauges) Write(RunSamples samples, long now) =>
        (Metrics.Append(samples.Counters, MetricKind.Counter, now), Metrics.Append(samples.Gauges, MetricKind.Gauge, now));

    private static List<SampleRefusals>? RefusalsOf(params ReadOnlySpan<AppendReport> reports)
    {
        List<SampleRefusals>? refusals = null;
        foreach (var report in reports)
        {
            if (report.Refused.Total > 0)
            {
                (refusals ??= []).Add(report.Refused);
            }
        }
        return refusals;
    }

    private static AppliedChanges? Changes(IReadOnlyList<LabelSet> series, IReadOnlyList<RunKey> runs, long now) =>
        series.Count + runs.Count == 0 ? null : new AppliedChanges(series, runs, DateTimeOffset.FromUnixTimeMilliseconds(now));
}

/// <summary>
/// The state at one record, for a snapshot. Content, little endian: incarnation of the journal (8), sequence (8), engine time (8), marks, metric store,
/// runs as JSON to the end.
/// </summary>
internal sealed record EngineImage(ulong Sequence, long EngineTimeMilliseconds, byte[] Marks, StoreImage Metrics, RunCatalogImage Runs)
{
    /// <summary>1 had no deletions and plain samples; it was never shipped.</summary>
    public const uint FormatVersion = 2;

    public void WriteTo(Stream target, ulong journalIncarnation)
    {
        using (var writer = new BinaryWriter(target, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(journalIncarnation);
            writer.Write(Sequence);
            writer.Write(EngineTimeMilliseconds);
            writer.Write(Marks);
        }
        Metrics.WriteTo(target);
        Runs.WriteTo(target);
    }
}
