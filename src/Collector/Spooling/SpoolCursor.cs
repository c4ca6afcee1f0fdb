using Observability.Durability;

namespace Observability.Collector.Spooling;

/// <summary>
/// How far one consumer of the spool is. Kept in memory exactly, on disk lazily: after a crash it reads some frames again, which every consumer knows by
/// name, and a write for each frame would cost a sync for each.
/// </summary>
internal sealed class SpoolCursor : IDisposable
{
    /// <summary>Frames between two writes. Bigger: more to repeat after a crash; the bus lets 256 run ahead anyway.</summary>
    private const ulong FramesBetweenWrites = 256;

    /// <summary>Time between two writes while frames are few.</summary>
    private static readonly TimeSpan WritePause = TimeSpan.FromMilliseconds(500);

    private readonly CursorFile _file;
    private readonly TimeProvider _time;
    private long _writtenAt;
    private ulong _written;
    private ulong _position;

    public SpoolCursor(string name, CursorFile file, ulong newest, TimeProvider time)
    {
        Name = name;
        _file = file;
        _time = time;
        // A cursor ahead of the log belongs to a log that is no more.
        _position = _written = Math.Min(file.Value.Sequence, newest);
        _writtenAt = time.GetTimestamp();
    }

    public string Name { get; }

    /// <summary>Last frame that the consumer is done with; 0 for none.</summary>
    public ulong Position => Volatile.Read(ref _position);

    /// <summary>What a restart would begin behind. Everything up to here may go.</summary>
    public ulong Written => Volatile.Read(ref _written);

    /// <summary>Done with everything up to <paramref name="sequence"/>; true when that is now on disk too. For one thread.</summary>
    public bool Advance(ulong sequence)
    {
        Volatile.Write(ref _position, sequence);
        if (sequence - _written < FramesBetweenWrites && _time.GetElapsedTime(_writtenAt) < WritePause)
        {
            return false;
        }
        Write();
        return true;
    }

    public void Write()
    {
        if (_position != _written)
        {
            _file.Write(new CursorValue(_position));
            Volatile.Write(ref _written, _position);
        }
        _writtenAt = _time.GetTimestamp();
    }

    public void Dispose()
    {
        Write();
        _file.Dispose();
    }
}
