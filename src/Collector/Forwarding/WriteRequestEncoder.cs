using System.Buffers;
using System.Buffers.Binary;
using Observability.Telemetry;

namespace Observability.Collector.Forwarding;

/// <summary>
/// Makes <c>prometheus.WriteRequest</c> messages (prometheus/prompb/remote.proto and types.proto, remote write 1.0) of the samples of frames: one TimeSeries a
/// sample, as Prometheus sends them, labels sorted by name. Small frames share a message, big ones become several.
/// </summary>
internal sealed class WriteRequestEncoder
{
    /// <summary>As many as Prometheus sends at once. More: receivers with limits refuse; fewer: more requests.</summary>
    private const int SamplesPerMessage = 2_000;

    /// <summary>A series may have long labels, and they are written again for each of its samples.</summary>
    private const int BytesPerMessage = 1 << 20;

    private readonly ArrayBufferWriter<byte> _message = new();
    private readonly ArrayBufferWriter<byte> _labels = new();
    private readonly List<(int Offset, int Length)> _labelsOfSeries = [];
    private readonly List<(int Series, long Timestamp, double Value)> _pending = [];
    private readonly List<(TextPair Pair, int Position)> _pairs = [];
    private int _nextPending;
    private int _samples;

    /// <summary>Samples of the message that is being filled.</summary>
    public bool IsEmpty => _samples == 0;

    /// <summary>Takes in a frame; everything full must have been taken out before.</summary>
    /// <returns>Samples that are increments, which no other store can add up: they are passed over.</returns>
    public int Add(TelemetryFrame frame)
    {
        ReadLabels(frame);
        _pending.Clear();
        _nextPending = 0;
        var increments = 0;
        var samples = frame.ReadSamples();
        while (samples.MoveNext())
        {
            if (_labelsOfSeries[samples.Series].Length == 0)
            {
                increments++;
            }
            else
            {
                _pending.Add((samples.Series, samples.TimestampMilliseconds, samples.Value));
            }
        }
        return increments;
    }

    /// <param name="onlyFull">False: also what there is of a message that more samples could join.</param>
    /// <param name="message">A whole message.</param>
    /// <param name="samples">In it.</param>
    public bool TryTake(bool onlyFull, out byte[] message, out int samples)
    {
        while (_nextPending < _pending.Count && !IsFull)
        {
            WriteSample(_pending[_nextPending++]);
        }
        (message, samples) = ([], 0);
        if (_samples == 0 || (onlyFull && !IsFull))
        {
            return false;
        }
        (message, samples) = (_message.WrittenSpan.ToArray(), _samples);
        _message.ResetWrittenCount();
        _samples = 0;
        return true;
    }

    private bool IsFull => _samples >= SamplesPerMessage || _message.WrittenCount >= BytesPerMessage;

    // Field 1 of TimeSeries for each label, written once for all samples of the series.
    private void ReadLabels(TelemetryFrame frame)
    {
        _labels.ResetWrittenCount();
        _labelsOfSeries.Clear();
        var rows = frame.ReadSeriesRows();
        while (rows.MoveNext())
        {
            var from = _labels.WrittenCount;
            if (rows.Kind is not (MetricKind.DeltaCounter or MetricKind.DeltaHistogram))
            {
                _pairs.Clear();
                while (rows.MoveNextLabel())
                {
                    _pairs.Add((rows.Label, _pairs.Count));
                }
                WriteLabels(frame);
            }
            _labelsOfSeries.Add((from, _labels.WrittenCount - from));
        }
    }

    private void WriteLabels(TelemetryFrame frame)
    {
        _pairs.Sort((left, right) => frame.TextUtf8(left.Pair.Name).SequenceCompareTo(frame.TextUtf8(right.Pair.Name)) is not 0 and var order ? order : left.Position - right.Position);
        for (var i = 0; i < _pairs.Count; i++)
        {
            var (name, value) = _pairs[i].Pair;
            // Of equal names the last one holds, as for every reader of a frame; texts are in its dictionary once.
            if ((i + 1 < _pairs.Count && _pairs[i + 1].Pair.Name == name) || frame.TextUtf8(value).IsEmpty)
            {
                continue;
            }
            var nameText = frame.TextUtf8(name);
            var valueText = frame.TextUtf8(value);
            WriteTag(_labels, 1, FieldLength(nameText.Length) + FieldLength(valueText.Length));
            WriteText(_labels, 1, nameText);
            WriteText(_labels, 2, valueText);
        }
    }

    private void WriteSample((int Series, long Timestamp, double Value) sample)
    {
        const byte ValueTag = (1 << 3) | 1;         // field 1, eight bytes
        const byte TimestampTag = 2 << 3;           // field 2, varint
        var labels = _labels.WrittenSpan.Slice(_labelsOfSeries[sample.Series].Offset, _labelsOfSeries[sample.Series].Length);
        var length = 1 + sizeof(double) + 1 + VarintLength((ulong)sample.Timestamp);
        WriteTag(_message, 1, labels.Length + FieldLength(length));
        _message.Write(labels);
        WriteTag(_message, 2, length);
        var value = _message.GetSpan(1 + sizeof(double));
        value[0] = ValueTag;
        // The bits as they are: a staleness marker is one NaN among many.
        BinaryPrimitives.WriteInt64LittleEndian(value[1..], BitConverter.DoubleToInt64Bits(sample.Value));
        _message.Advance(1 + sizeof(double));
        WriteVarint(_message, TimestampTag);
        WriteVarint(_message, (ulong)sample.Timestamp);
        _samples++;
    }

    private static void WriteText(ArrayBufferWriter<byte> target, int field, ReadOnlySpan<byte> text)
    {
        WriteTag(target, field, text.Length);
        target.Write(text);
    }

    /// <summary>Of a field with a length: text or message.</summary>
    private static void WriteTag(ArrayBufferWriter<byte> target, int field, int length)
    {
        WriteVarint(target, (ulong)(field << 3) | 2);
        WriteVarint(target, (ulong)length);
    }

    private static int FieldLength(int length) => 1 + VarintLength((ulong)length) + length;

    private static int VarintLength(ulong value) => Math.Max(1, (70 - System.Numerics.BitOperations.LeadingZeroCount(value)) / 7);

    private static void WriteVarint(ArrayBufferWriter<byte> target, ulong value)
    {
        var length = VarintLength(value);
        var span = target.GetSpan(length);
        for (var i = 0; i < length - 1; i++)
        {
            span[i] = (byte)(value | 0x80);
            value >>= 7;
        }
        span[length - 1] = (byte)value;
        target.Advance(length);
    }
}
