using Observability.Collector.Receiving;
using Observability.ServiceDefaults.Access;
using Observability.Telemetry;

namespace Observability.Collector.Normalizing;

/// <summary>
/// One frame writer for each environment that occurs in a request: a frame carries one. Writers are kept between requests, so a request allocates
/// nothing but its answer.
/// </summary>
internal sealed class EnvironmentWriters : IDisposable
{
    private readonly List<(string Environment, TelemetryBatchWriter Writer)> _used = [];
    private readonly Stack<TelemetryBatchWriter> _free = new();
    private readonly List<ReadOnlyMemory<byte>> _frames = [];
    private string _source = "";
    private Actor _actor = Actor.Unsigned;

    public long ReceivedUnixNanoseconds { get; private set; }

    public Actor Actor => _actor;

    /// <summary>Bytes held by the writers: decides whether they are worth keeping.</summary>
    public long ApproximateLength => _used.Sum(static entry => (long)entry.Writer.ApproximateLength);

    public void Reset(string source, Actor actor, long receivedUnixNanoseconds)
    {
        foreach (var (_, writer) in _used)
        {
            _free.Push(writer);
        }
        _used.Clear();
        _frames.Clear();
        _source = source;
        _actor = actor;
        ReceivedUnixNanoseconds = receivedUnixNanoseconds;
    }

    /// <summary>The writer of an environment, or null when the request names more environments than one may.</summary>
    public TelemetryBatchWriter? Of(string environment)
    {
        foreach (var (name, existing) in _used)
        {
            if (name == environment)
            {
                return existing;
            }
        }
        if (_used.Count == ReceiveLimits.MaximumEnvironmentsPerRequest)
        {
            return null;
        }
        var writer = _free.Count > 0 ? _free.Pop() : new TelemetryBatchWriter();
        writer.Reset(FrameKind.Telemetry, environment, _source, _actor.Name, ReceivedUnixNanoseconds);
        _used.Add((environment, writer));
        return writer;
    }

    /// <summary>The finished frames, without empty ones; valid until the next <see cref="Reset"/>.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Finish()
    {
        foreach (var (_, writer) in _used)
        {
            if (!writer.IsEmpty)
            {
                _frames.Add(writer.Finish());
            }
        }
        return _frames;
    }

    public void Dispose()
    {
        foreach (var writer in _used.Select(static entry => entry.Writer).Concat(_free))
        {
            writer.Dispose();
        }
        _used.Clear();
        _free.Clear();
    }
}
