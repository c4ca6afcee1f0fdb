using System.Buffers;
using Observability.Messaging;
using Observability.Telemetry;

namespace Observability.RuleEngine.Consuming;

/// <summary>
/// Turns received frames into journal records, behind each other in one buffer that is kept between groups. Everything that the engine will read of a frame
/// is read here first, so a frame that cannot be read never comes into the journal. Not thread-safe.
/// </summary>
internal sealed class RecordBatch : IDisposable
{
    private readonly TelemetryBatchWriter _writer = new();
    private readonly ArrayBufferWriter<byte> _bytes = new(64 * 1024);
    private readonly List<(int Start, int Length)> _ranges = [];

    public int Count => _ranges.Count;

    public int ByteCount => _bytes.WrittenCount;

    public void Clear()
    {
        _bytes.ResetWrittenCount();
        _ranges.Clear();
    }

    /// <exception cref="FrameFormatException">The frame cannot be read; nothing was added.</exception>
    public void AddFrame(in ReceivedFrame received, long engineTimeMilliseconds)
    {
        var frame = TelemetryFrame.Open(received.Bytes);
        var header = frame.Header;
        if (header is { SampleCount: 0, RunCount: 0 })
        {
            var kind = header.Kind == FrameKind.Heartbeat ? EngineRecordKind.Heartbeat : EngineRecordKind.Mark;
            Add(new EngineRecord(kind, engineTimeMilliseconds, received.Name, received.StreamOffset, default));
            return;
        }
        _writer.Reset(header.Kind, header.Environment, header.Source, header.Actor, header.ReceivedUnixNanoseconds);
        CopySeries(frame);
        var samples = frame.ReadSamples();
        while (samples.MoveNext())
        {
            _writer.AddSample(samples.Series, samples.TimestampMilliseconds, samples.Value);
        }
        foreach (var run in frame.ReadRuns())
        {
            _writer.AddRun(run);
        }
        Add(new EngineRecord(EngineRecordKind.Frame, engineTimeMilliseconds, received.Name, received.StreamOffset, _writer.Finish()));
    }

    public void AddDeadLetter(in ReceivedFrame received, long engineTimeMilliseconds) =>
        Add(new EngineRecord(EngineRecordKind.DeadLetter, engineTimeMilliseconds, received.Name, received.StreamOffset, default));

    public void AddDeletion(DeletionOrder order, long engineTimeMilliseconds) =>
        Add(new EngineRecord(EngineRecordKind.Deletion, engineTimeMilliseconds, default, null, order.ToBytes()));

    public void AddTick(long engineTimeMilliseconds) => Add(new EngineRecord(EngineRecordKind.Tick, engineTimeMilliseconds, default, null, default));

    /// <summary>The records, valid until <see cref="Clear"/> or the next addition.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Records()
    {
        var all = _bytes.WrittenMemory;
        return _ranges.ConvertAll(range => all.Slice(range.Start, range.Length));
    }

    public void Dispose() => _writer.Dispose();

    private void CopySeries(TelemetryFrame frame)
    {
        Span<TextPair> few = stackalloc TextPair[64];
        var rows = frame.ReadSeriesRows();
        while (rows.MoveNext())
        {
            var labels = rows.LabelCount <= few.Length ? few[..rows.LabelCount] : new TextPair[rows.LabelCount];
            for (var i = 0; rows.MoveNextLabel(); i++)
            {
                labels[i] = new TextPair(_writer.Intern(frame.TextUtf8(rows.Label.Name)), _writer.Intern(frame.TextUtf8(rows.Label.Value)));
            }
            _writer.AddSeries(rows.Kind, labels);
        }
    }

    private void Add(in EngineRecord record)
    {
        var length = EngineRecord.HeaderLength + record.Frame.Length;
        _ranges.Add((_bytes.WrittenCount, length));
        var target = _bytes.GetSpan(length);
        record.WriteHeader(target);
        record.Frame.Span.CopyTo(target[EngineRecord.HeaderLength..]);
        _bytes.Advance(length);
    }
}
