using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace Observability.Durability;

/// <summary>What stands in a directory.</summary>
internal sealed record RecoveredLog
{
    public required ulong Incarnation { get; init; }

    public ulong Generation { get; init; }

    public ulong NextFileNumber { get; init; } = 1;

    /// <summary>Segments with records, oldest first.</summary>
    public List<LogSegment> Live { get; } = [];

    /// <summary>Files without records that anybody needs, oldest use first.</summary>
    public List<SpareFile> Spares { get; } = [];

    /// <summary>Files whose header cannot be read; moved out of the way, never overwritten.</summary>
    public List<string> SetAside { get; } = [];

    public DurableMark Mark { get; set; } = new(0, null, 0);
}

/// <summary>
/// Opens a directory after whatever happened to it. Only the newest segment is read; the others end where the next one begins. Nothing is written to a
/// recovered segment again: a torn write may have left records behind the end, and they must not become the continuation of new ones.
/// </summary>
internal static class LogRecovery
{
    private const string SetAsideSuffix = ".damaged";

    /// <exception cref="LogFormatException">A newer version wrote it, or it holds segments of two logs.</exception>
    public static RecoveredLog Recover(IDisk disk, string directory, AppendLogOptions options)
    {
        var found = new List<(SegmentHeader Header, IDiskFile File)>();
        var unused = new List<IDiskFile>();
        var setAside = new List<string>();
        ulong lastFileNumber = 0;
        foreach (var name in disk.ListFiles(directory))
        {
            if (!TryParseNumber(name, out var number))
            {
                continue;
            }
            lastFileNumber = Math.Max(lastFileNumber, number);
            if (!name.EndsWith(SegmentCatalog.FileSuffix, StringComparison.Ordinal))
            {
                continue;
            }
            var file = disk.Open(Path.Combine(directory, name), DiskOpenMode.Existing);
            switch (SegmentHeader.Read(file, out var header))
            {
                case SegmentHeaderState.Valid:
                    found.Add((header, file));
                    break;
                case SegmentHeaderState.Unused:
                    unused.Add(file);
                    break;
                default:
                    setAside.Add(SetAside(disk, file));
                    break;
            }
        }
        found.Sort((left, right) => left.Header.Generation.CompareTo(right.Header.Generation));
        RefuseTwoLogs(directory, found);
        var recovered = new RecoveredLog
        {
            Incarnation = found.Count > 0 ? found[^1].Header.Incarnation : options.NewIncarnation?.Invoke() ?? NewIncarnation(),
            Generation = found.Count > 0 ? found[^1].Header.Generation : 0,
            NextFileNumber = lastFileNumber + 1,
        };
        recovered.SetAside.AddRange(setAside);
        // What reads as blank may be so only in the system's memory, after an erasure whose flush failed.
        recovered.Spares.AddRange(unused.Select(file => new SpareFile(file, IsErased: false)));
        Sort(recovered, found);
        DropExcessSpares(disk, recovered, options);
        return recovered;
    }

    private static void Sort(RecoveredLog recovered, List<(SegmentHeader Header, IDiskFile File)> found)
    {
        for (var index = 0; index < found.Count; index++)
        {
            var (header, file) = found[index];
            var segment = new LogSegment(file, header) { FileBytes = file.Length };
            if (index == found.Count - 1)
            {
                TakeNewest(recovered, segment, header);
            }
            else if (found[index + 1].Header.FirstSequence > header.FirstSequence)
            {
                segment.UsedBytes = segment.FileBytes;
                recovered.Live.Add(segment);
            }
            else
            {
                recovered.Spares.Add(new SpareFile(file, IsErased: false));
            }
        }
    }

    private static void TakeNewest(RecoveredLog recovered, LogSegment segment, in SegmentHeader header)
    {
        var window = new SegmentWindow();
        var (lastSequence, end, unsureFrom) = SegmentScan.FindEnd(window, segment, segment.FileBytes);
        if (lastSequence < header.FirstSequence)
        {
            recovered.Spares.Add(new SpareFile(segment.File, IsErased: false));
            var previous = recovered.Live.Count > 0 ? recovered.Live[^1] : null;
            recovered.Mark = new DurableMark(lastSequence, previous, previous?.FileBytes ?? 0);
            return;
        }
        if (segment.FileBytes > end)
        {
            segment.File.SetLength(end);
        }
        // From here on the tail counts as durable, so it has to be. After a kill it may only be in the system's memory, and after a failed flush even be
        // taken for written there; so it is written once more.
        for (var position = unsureFrom; position < end;)
        {
            var part = window.Load(segment, position, end, wantedBytes: 0);
            segment.File.Write(position, part.Span);
            position += part.Length;
        }
        segment.File.Flush();
        segment.FileBytes = end;
        segment.UsedBytes = end;
        recovered.Live.Add(segment);
        recovered.Mark = new DurableMark(lastSequence, segment, end);
    }

    /// <summary>Many restarts leave many short files; more than the capacity can ever use are removed, except the newest: its generation must not be used again.</summary>
    private static void DropExcessSpares(IDisk disk, RecoveredLog recovered, AppendLogOptions options)
    {
        var most = Math.Max(1, options.CapacityBytes / options.SegmentBytes);
        while (recovered.Spares.Count > most)
        {
            var file = recovered.Spares[0].File;
            recovered.Spares.RemoveAt(0);
            file.Dispose();
            disk.Delete(file.Path);
        }
    }

    private static void RefuseTwoLogs(string directory, List<(SegmentHeader Header, IDiskFile File)> found)
    {
        foreach (var (header, file) in found)
        {
            if (header.Incarnation != found[^1].Header.Incarnation)
            {
                throw new LogFormatException(
                    $"'{directory}' holds segments of two logs ('{file.Path}' has incarnation {header.Incarnation:x16}, '{found[^1].File.Path}' has "
                    + $"{found[^1].Header.Incarnation:x16}); move the files that do not belong there elsewhere");
            }
        }
    }

    private static string SetAside(IDisk disk, IDiskFile file)
    {
        var path = file.Path;
        file.Dispose();
        disk.Rename(path, path + SetAsideSuffix);
        return path + SetAsideSuffix;
    }

    private static bool TryParseNumber(string name, out ulong number)
    {
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return ulong.TryParse(dot < 0 ? name : name[..dot], NumberStyles.None, CultureInfo.InvariantCulture, out number)
            && (name.EndsWith(SegmentCatalog.FileSuffix, StringComparison.Ordinal) || name.EndsWith(SetAsideSuffix, StringComparison.Ordinal));
    }

    private static ulong NewIncarnation()
    {
        Span<byte> random = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(random);
        return BinaryPrimitives.ReadUInt64LittleEndian(random);
    }
}
