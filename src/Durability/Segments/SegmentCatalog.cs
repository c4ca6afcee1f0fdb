using System.Globalization;

namespace Observability.Durability;

/// <summary>Which files hold which records, which are free to be used again, and whether there is room for one more.</summary>
internal sealed class SegmentCatalog
{
    public const string FileSuffix = ".segment";

    /// <summary>The next segment begins without waiting for its room; more would keep the room of the longest backlog for ever.</summary>
    private const int SparesKeptWhole = 1;

    private readonly Lock _gate = new();
    private readonly IDisk _disk;
    private readonly string _directory;
    private readonly AppendLogOptions _options;
    private readonly ulong _incarnation;

    /// <summary>The first is used first. As many as the capacity has segments.</summary>
    private readonly List<SpareFile> _spares = [];
    private LogSegment[] _live;
    private ulong _generation;
    private ulong _nextFileNumber;

    /// <summary>A file was created and its name may not be on the device yet. So it is after opening: a killed process may have created it.</summary>
    private bool _hasUnsyncedNames = true;

    public SegmentCatalog(IDisk disk, string directory, AppendLogOptions options, RecoveredLog recovered)
    {
        _disk = disk;
        _directory = directory;
        _options = options;
        _incarnation = recovered.Incarnation;
        _live = [.. recovered.Live];
        _generation = recovered.Generation;
        _nextFileNumber = recovered.NextFileNumber;
        _spares.AddRange(recovered.Spares);
    }

    /// <summary>Segments with records, oldest first; the last one may still be empty. Replaced, never changed.</summary>
    public ReadOnlySpan<LogSegment> Live => Volatile.Read(ref _live);

    public LogSegment[] LiveArray => Volatile.Read(ref _live);

    public long UsedBytes
    {
        get
        {
            long total = 0;
            foreach (var segment in Live)
            {
                total += segment.UsedBytes;
            }
            return total;
        }
    }

    /// <summary>Makes the next segment ready for records. Its header is on the device when this returns.</summary>
    /// <returns>Null when the capacity is taken.</returns>
    /// <exception cref="DiskFullException">The device has no room; nothing changed.</exception>
    /// <exception cref="IOException">The device failed; nothing changed.</exception>
    public LogSegment? TryStart(ulong firstSequence)
    {
        lock (_gate)
        {
            long taken = 0;
            foreach (var segment in _live)
            {
                taken += segment.FileBytes;
            }
            if (taken + _options.SegmentBytes > _options.CapacityBytes)
            {
                return null;
            }
            // Never used twice, also not when starting fails: half of a header may already be on the device.
            _generation++;
            var header = new SegmentHeader(_incarnation, _generation, firstSequence);
            if (_spares.Count == 0)
            {
                CreateSpare();
            }
            var started = new LogSegment(TakeSpare(header), header) { FileBytes = _options.SegmentBytes, ReservedBytes = _options.GrowthBytes };
            if (_live.Length > 0)
            {
                _live[^1].UsedBytes = _live[^1].FileBytes;
            }
            Volatile.Write(ref _live, [.. _live, started]);
            return started;
        }
    }

    /// <summary>
    /// Reserves room up to a position, in steps, so that a log that few write to does not take a whole segment. A file that is used again has it already.
    /// </summary>
    /// <exception cref="DiskFullException">The device has no room; nothing changed.</exception>
    /// <exception cref="IOException">The device failed.</exception>
    public void Reserve(LogSegment segment, long end)
    {
        if (segment.ReservedBytes < end)
        {
            var steps = (end + _options.GrowthBytes - 1) / _options.GrowthBytes;
            var length = Math.Min(_options.SegmentBytes, steps * _options.GrowthBytes);
            segment.File.Preallocate(length);
            segment.ReservedBytes = length;
        }
    }

    /// <summary>Ends a segment whose file can no longer be trusted behind <paramref name="end"/>.</summary>
    public void Abandon(LogSegment segment, long end)
    {
        lock (_gate)
        {
            if (end == SegmentHeader.Bytes)
            {
                segment.Retire();
                Volatile.Write(ref _live, Array.FindAll(_live, live => !ReferenceEquals(live, segment)));
                _spares.Add(new SpareFile(segment.File, segment.Header, SpareState.HasHeader));
                return;
            }
            try
            {
                segment.File.SetLength(end);
                segment.FileBytes = end;
            }
            catch (IOException)
            {
                // Only room is lost: what stands behind the end is cut off by the first sequence of the next segment.
                segment.UsedBytes = segment.FileBytes;
            }
        }
    }

    /// <summary>
    /// Gives up segments that hold nothing at or above <paramref name="sequence"/>, oldest first, each safely before the next, so that what a crash leaves
    /// has no holes. The newest stays.
    /// </summary>
    public void Trim(ulong sequence)
    {
        lock (_gate)
        {
            if (_live.Length < 2 || _live[1].FirstSequence > sequence)
            {
                return;
            }
            try
            {
                EraseSpares();
                while (_live.Length > 1 && _live[1].FirstSequence <= sequence)
                {
                    var oldest = _live[0];
                    oldest.Retire();
                    Volatile.Write(ref _live, _live[1..]);
                    _spares.Add(new SpareFile(oldest.File, oldest.Header, SpareState.HasHeader));
                    EraseSpares();
                }
                GiveRoomBack();
            }
            catch (IOException)
            {
                // The file stays marked as not erased, and the next call begins with it. Until then only room is missing.
                return;
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var segment in _live)
            {
                segment.File.Dispose();
            }
            _spares.ForEach(spare => spare.File.Dispose());
            _spares.Clear();
        }
    }

    private void CreateSpare()
    {
        var name = _nextFileNumber.ToString("D16", CultureInfo.InvariantCulture) + FileSuffix;
        var file = _disk.Open(Path.Combine(_directory, name), DiskOpenMode.New);
        _nextFileNumber++;
        _hasUnsyncedNames = true;
        _spares.Add(new SpareFile(file, default, SpareState.Erased));
    }

    /// <summary>Makes the oldest spare file a segment. When a step fails it stays a spare, and the next attempt does all of it again.</summary>
    private IDiskFile TakeSpare(in SegmentHeader header)
    {
        var file = _spares[0].File;
        if (file.Length > _options.SegmentBytes)
        {
            file.SetLength(_options.SegmentBytes);
        }
        file.Preallocate(_options.GrowthBytes);
        // From here on its old or new header may be on the device, whatever happens.
        _spares[0] = new SpareFile(file, header, SpareState.Unsure);
        header.Write(file);
        file.Flush();
        if (_hasUnsyncedNames)
        {
            _disk.SyncDirectory(_directory);
            _hasUnsyncedNames = false;
        }
        _spares.RemoveAt(0);
        return file;
    }

    /// <summary>
    /// One spare is kept whole, for the next segment; a backlog that is gone leaves many. They stay as short files and are not deleted: a reader that was
    /// overtaken may still read from one, finds nothing there, and sees then that it was retired.
    /// </summary>
    private void GiveRoomBack()
    {
        foreach (var (file, _, state) in _spares.Skip(SparesKeptWhole))
        {
            if (state == SpareState.Erased && file.Length > SegmentHeader.Bytes)
            {
                file.SetLength(SegmentHeader.Bytes);
            }
        }
    }

    /// <summary>
    /// A spare file that still has its header claims every record up to the next segment. That is harmless as long as that one is there: it begins with
    /// the same sequence. Before it goes, the claim has to. A header newer than every segment in use stays: it cuts off what a failed write left behind
    /// the newest one; but it has to be there for certain, because what it replaced was such a claim.
    /// </summary>
    private void EraseSpares()
    {
        for (var index = 0; index < _spares.Count; index++)
        {
            var (file, header, state) = _spares[index];
            if (header.Generation > _live[^1].Generation)
            {
                if (state == SpareState.Unsure)
                {
                    header.Write(file);
                    file.Flush();
                    _spares[index] = new SpareFile(file, header, SpareState.HasHeader);
                }
            }
            else if (state != SpareState.Erased)
            {
                SegmentHeader.Erase(file);
                file.Flush();
                _spares[index] = new SpareFile(file, default, SpareState.Erased);
            }
        }
    }
}

/// <param name="File">Free to be used again.</param>
/// <param name="Header">What it had or should have got last; nothing when that does not matter.</param>
/// <param name="State">What of it is on the device.</param>
internal readonly record struct SpareFile(IDiskFile File, SegmentHeader Header, SpareState State);

internal enum SpareState
{
    /// <summary>No header.</summary>
    Erased,

    /// <summary>That header.</summary>
    HasHeader,

    /// <summary>That header or the one before, because a write or a flush failed or a process ended.</summary>
    Unsure,
}
