using Observability.Telemetry;

namespace Observability.RuleEngine.Consuming;

/// <summary>Frames of one incarnation that never came, first to last.</summary>
internal readonly record struct MissingFrames(ulong Incarnation, ulong First, ulong Last);

/// <summary>How far one sender's frames are applied.</summary>
/// <param name="Incarnation">Of the sender's spool.</param>
/// <param name="Contiguous">Every sequence up to it is applied; 0 when the first frames are missing.</param>
/// <param name="Highest">Highest sequence applied.</param>
/// <param name="LastFrameMilliseconds">Engine time of the last frame.</param>
/// <param name="LastHeartbeatMilliseconds">Engine time of the last heartbeat, 0 if there never was one.</param>
internal readonly record struct IncarnationMark(ulong Incarnation, ulong Contiguous, ulong Highest, long LastFrameMilliseconds, long LastHeartbeatMilliseconds);

/// <summary>
/// Which frames are applied, per incarnation, as ranges of sequences: frames come twice and out of order, a repeat is recognised and a hole is visible.
/// One writer; readers from any thread.
/// </summary>
internal sealed class AppliedMarks
{
    /// <summary>
    /// A sender runs at most 256 frames ahead of its oldest unconfirmed one, so there cannot be more true holes than that. Four times as many means that the
    /// oldest will never be filled: it is closed and its frames are counted as lost.
    /// </summary>
    public const int MaximumRanges = 1024;

    /// <summary>Spools of a fleet over its life; each start over (a new data directory) makes one. The one silent for longest is forgotten.</summary>
    public const int MaximumIncarnations = 4096;

    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, Progress> _incarnations = [];

    /// <summary>Offset to go on from in the stream, null in one process.</summary>
    public long? NextOffset { get; private set; }

    /// <summary>Frames that were given up.</summary>
    public ulong LostFrames { get; private set; }

    public bool IsApplied(FrameName name)
    {
        lock (_lock)
        {
            return _incarnations.TryGetValue(name.Incarnation, out var progress) && progress.Contains(name.Sequence);
        }
    }

    /// <summary>False when it was applied before.</summary>
    public bool TryAdd(FrameName name, long? streamOffset, bool isHeartbeat, long nowMilliseconds)
    {
        lock (_lock)
        {
            if (streamOffset is { } offset)
            {
                NextOffset = Math.Max(NextOffset ?? 0, offset + 1);
            }
            if (!_incarnations.TryGetValue(name.Incarnation, out var progress))
            {
                ForgetOne();
                _incarnations.Add(name.Incarnation, progress = new Progress());
            }
            progress.LastFrameMilliseconds = nowMilliseconds;
            progress.LastHeartbeatMilliseconds = isHeartbeat ? nowMilliseconds : progress.LastHeartbeatMilliseconds;
            if (!progress.TryAdd(name.Sequence))
            {
                return false;
            }
            LostFrames += progress.CloseOldestHole(MaximumRanges);
            return true;
        }
    }

    public IReadOnlyList<IncarnationMark> Marks()
    {
        lock (_lock)
        {
            return [.. _incarnations.OrderBy(pair => pair.Key)
                .Select(pair => new IncarnationMark(pair.Key, pair.Value.Contiguous, pair.Value.Highest, pair.Value.LastFrameMilliseconds, pair.Value.LastHeartbeatMilliseconds))];
        }
    }

    public IReadOnlyList<MissingFrames> Missing()
    {
        lock (_lock)
        {
            return [.. _incarnations.OrderBy(pair => pair.Key).SelectMany(pair => pair.Value.Holes().Select(hole => new MissingFrames(pair.Key, hole.First, hole.Last)))];
        }
    }

    public void WriteTo(BinaryWriter writer)
    {
        lock (_lock)
        {
            writer.Write(NextOffset ?? -1);
            writer.Write(LostFrames);
            writer.Write(_incarnations.Count);
            foreach (var (incarnation, progress) in _incarnations)
            {
                writer.Write(incarnation);
                progress.WriteTo(writer);
            }
        }
    }

    public void ReadFrom(BinaryReader reader)
    {
        lock (_lock)
        {
            var offset = reader.ReadInt64();
            NextOffset = offset < 0 ? null : offset;
            LostFrames = reader.ReadUInt64();
            for (var left = reader.ReadInt32(); left > 0; left--)
            {
                _incarnations.Add(reader.ReadUInt64(), Progress.ReadFrom(reader));
            }
        }
    }

    private void ForgetOne()
    {
        if (_incarnations.Count >= MaximumIncarnations)
        {
            _incarnations.Remove(_incarnations.MinBy(pair => (pair.Value.LastFrameMilliseconds, pair.Key)).Key);
        }
    }

    /// <summary>Applied sequences as ascending ranges that do not touch.</summary>
    private sealed class Progress
    {
        private readonly List<(ulong First, ulong Last)> _ranges = [];

        public long LastFrameMilliseconds { get; set; }

        public long LastHeartbeatMilliseconds { get; set; }

        public ulong Contiguous => _ranges.Count > 0 && _ranges[0].First <= 1 ? _ranges[0].Last : 0;

        public ulong Highest => _ranges.Count > 0 ? _ranges[^1].Last : 0;

        public bool Contains(ulong sequence) => RangeBefore(sequence) is >= 0 and var index && sequence <= _ranges[index].Last;

        public bool TryAdd(ulong sequence)
        {
            var before = RangeBefore(sequence);
            if (before >= 0 && sequence <= _ranges[before].Last)
            {
                return false;
            }
            var touchesBefore = before >= 0 && _ranges[before].Last + 1 == sequence;
            var touchesAfter = before + 1 < _ranges.Count && _ranges[before + 1].First == sequence + 1;
            switch (touchesBefore, touchesAfter)
            {
                case (true, true):
                    _ranges[before] = (_ranges[before].First, _ranges[before + 1].Last);
                    _ranges.RemoveAt(before + 1);
                    break;
                case (true, false):
                    _ranges[before] = (_ranges[before].First, sequence);
                    break;
                case (false, true):
                    _ranges[before + 1] = (sequence, _ranges[before + 1].Last);
                    break;
                default:
                    _ranges.Insert(before + 1, (sequence, sequence));
                    break;
            }
            return true;
        }

        /// <summary>Frames given up, 0 while there are few enough ranges.</summary>
        public ulong CloseOldestHole(int maximumRanges)
        {
            if (_ranges.Count <= maximumRanges)
            {
                return 0;
            }
            var lost = _ranges[1].First - _ranges[0].Last - 1;
            _ranges[0] = (_ranges[0].First, _ranges[1].Last);
            _ranges.RemoveAt(1);
            return lost;
        }

        public IEnumerable<(ulong First, ulong Last)> Holes()
        {
            ulong expected = 1;
            foreach (var (first, last) in _ranges)
            {
                if (first > expected)
                {
                    yield return (expected, first - 1);
                }
                expected = last + 1;
            }
        }

        public void WriteTo(BinaryWriter writer)
        {
            writer.Write(LastFrameMilliseconds);
            writer.Write(LastHeartbeatMilliseconds);
            writer.Write(_ranges.Count);
            foreach (var (first, last) in _ranges)
            {
                writer.Write(first);
                writer.Write(last);
            }
        }

        public static Progress ReadFrom(BinaryReader reader)
        {
            var progress = new Progress { LastFrameMilliseconds = reader.ReadInt64(), LastHeartbeatMilliseconds = reader.ReadInt64() };
            for (var left = reader.ReadInt32(); left > 0; left--)
            {
                progress._ranges.Add((reader.ReadUInt64(), reader.ReadUInt64()));
            }
            return progress;
        }

        /// <summary>The last range that starts at or before the sequence; -1 when there is none. New frames belong behind the last one, so that is looked at first.</summary>
        private int RangeBefore(ulong sequence)
        {
            var index = _ranges.Count - 1;
            while (index >= 0 && _ranges[index].First > sequence)
            {
                index--;
            }
            return index;
        }
    }
}
