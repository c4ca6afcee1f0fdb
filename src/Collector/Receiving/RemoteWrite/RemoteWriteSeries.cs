using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;
using Observability.Collector.Normalizing;
using Observability.Telemetry;

namespace Observability.Collector.Receiving.RemoteWrite;

/// <summary>
/// One series of a request: collects its labels and samples, judges them, and writes them into the frame of its environment. Labels stay where they lie in the
/// payload until then.
/// </summary>
internal sealed class RemoteWriteSeries(EnvironmentWriters writers, EnvironmentResolver environments)
{
    /// <summary>Of a metric's name in a refusal.</summary>
    private const int MaximumShownBytes = 120;

    private static readonly byte[] s_metricName = Encoding.UTF8.GetBytes(LabelSet.MetricName);
    private static readonly byte[] s_environment = Encoding.UTF8.GetBytes(LabelNames.Environment);

    /// <summary>Where the sender's own word goes when the environment is not declared: without it, series of two such environments would be one.</summary>
    private static readonly byte[] s_exportedEnvironment = "exported_environment"u8.ToArray();

    private readonly SecretScan _secrets = new();
    private readonly List<(int Offset, int Length, int ValueOffset, int ValueLength)> _labels = [];
    private readonly List<(long Timestamp, double Value)> _samples = [];
    private readonly List<TextPair> _pairs = [];
    private byte[] _payload = [];
    private ReceiveLimits _limits = null!;
    private byte[] _word = [];
    private ResolvedEnvironment _environment;

    public int SampleCount => _samples.Count;

    public void Reset(byte[] payload, int length, ReceiveLimits limits)
    {
        (_payload, _limits) = (payload, limits);
        _secrets.Read(payload.AsSpan(0, length));
        _word = [];
        _environment = environments.Resolve(writers.Actor.OnlyEnvironment ?? "");
    }

    public void Begin()
    {
        _labels.Clear();
        _samples.Clear();
    }

    /// <summary>A label without a value is no label (Prometheus, data model).</summary>
    public void AddLabel((int Offset, int Length) name, (int Offset, int Length) value)
    {
        if (value.Length > 0)
        {
            _labels.Add((name.Offset, name.Length, value.Offset, value.Length));
        }
    }

    public void AddSample(long timestamp, double value) => _samples.Add((timestamp, value));

    /// <summary>Writes the series with its samples; null when it was taken, else why it never can be.</summary>
    public string? Write()
    {
        if (RefusalOfLabels() is { } unfit)
        {
            return unfit;
        }
        ResolveEnvironment();
        if (!writers.Actor.Covers(_environment.Name))
        {
            return $"the API key '{writers.Actor.Name}' may not write environment '{_environment.Name}'; set the label environment with external_labels or write_relabel_configs";
        }
        if (writers.Of(_environment.Name) is not { } writer)
        {
            return $"a request may name at most {ReceiveLimits.MaximumEnvironmentsPerRequest} environments; lower queue_config.max_samples_per_send";
        }
        WriteLabels(writer);
        // What the values mean is told in requests of its own, if at all.
        var series = writer.AddSeries(MetricKind.Unknown, CollectionsMarshal.AsSpan(_pairs));
        foreach (var (timestamp, value) in _samples)
        {
            writer.AddSample(series, timestamp, value);
        }
        return null;
    }

    private string? RefusalOfLabels()
    {
        var mostLabels = Math.Min(_limits.AttributesPerRecord, SeriesLabelLimits.MaximumLabels);
        if (_labels.Count > mostLabels)
        {
            return $"a series has more than {mostLabels} labels (limits.attributes_per_record in settings.yaml, and {SeriesLabelLimits.MaximumLabels} at most)";
        }
        SortLabels();
        var metric = IndexOf(s_metricName);
        if (metric < 0)
        {
            return $"a series has no label {LabelSet.MetricName}";
        }
        long bytes = 0;
        for (var i = 0; i < _labels.Count; i++)
        {
            var name = NameOf(i);
            var value = ValueOf(i);
            if (name.IsEmpty || !Utf8.IsValid(name) || !Utf8.IsValid(value))
            {
                return $"{Shown(metric)}: a label has an empty name, or a name or value that is not UTF-8";
            }
            if (i > 0 && name.SequenceEqual(NameOf(i - 1)))
            {
                return $"{Shown(metric)}: the label '{Encoding.UTF8.GetString(Utf8Cut.To(name, MaximumShownBytes))}' is given twice";
            }
            bytes += name.Length + value.Length;
        }
        var mostBytes = Math.Min(_limits.RecordBytes, SeriesLabelLimits.MaximumBytes);
        return bytes > mostBytes
            ? $"{Shown(metric)}: its labels have {bytes} bytes, more than {mostBytes} (limits.record_bytes in settings.yaml, and {SeriesLabelLimits.MaximumBytes} at most)"
            : null;
    }

    // The protocol asks for sorted labels; for a sender that forgot, twins must still stand beside each other.
    private void SortLabels()
    {
        for (var i = 1; i < _labels.Count; i++)
        {
            if (NameOf(i).SequenceCompareTo(NameOf(i - 1)) < 0)
            {
                _labels.Sort((left, right) =>
                    _payload.AsSpan(left.Offset, left.Length).SequenceCompareTo(_payload.AsSpan(right.Offset, right.Length)));
                return;
            }
        }
    }

    // Nearly all series of a request say the same; without the label, a key for a single environment says it.
    private void ResolveEnvironment()
    {
        var label = IndexOf(s_environment);
        var word = label < 0 ? default : ValueOf(label);
        if (!word.SequenceEqual(_word))
        {
            _word = word.ToArray();
            _environment = environments.Resolve(word.IsEmpty ? writers.Actor.OnlyEnvironment ?? "" : Encoding.UTF8.GetString(word));
        }
    }

    private void WriteLabels(TelemetryBatchWriter writer)
    {
        _pairs.Clear();
        for (var i = 0; i < _labels.Count; i++)
        {
            if (!NameOf(i).SequenceEqual(s_environment))
            {
                var (_, _, offset, length) = _labels[i];
                ReadOnlySpan<byte> value = _secrets.MayHoldSecret(offset, length) && SecretRedactor.Redact(ValueOf(i)) is { } redacted ? redacted : ValueOf(i);
                _pairs.Add(new TextPair(writer.Intern(NameOf(i)), writer.Intern(value)));
            }
        }
        _pairs.Add(new TextPair(writer.Intern(LabelNames.Environment), writer.Intern(_environment.Name)));
        if (_environment.Raw.Length > 0 && IndexOf(s_exportedEnvironment) < 0)
        {
            _pairs.Add(new TextPair(writer.Intern(s_exportedEnvironment), writer.Intern(_environment.Raw)));
        }
    }

    private int IndexOf(ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < _labels.Count; i++)
        {
            if (NameOf(i).SequenceEqual(name))
            {
                return i;
            }
        }
        return -1;
    }

    private ReadOnlySpan<byte> NameOf(int label) => _payload.AsSpan(_labels[label].Offset, _labels[label].Length);

    private ReadOnlySpan<byte> ValueOf(int label) => _payload.AsSpan(_labels[label].ValueOffset, _labels[label].ValueLength);

    private string Shown(int metric) => Encoding.UTF8.GetString(Utf8Cut.To(ValueOf(metric), MaximumShownBytes));
}
