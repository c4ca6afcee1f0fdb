using System.Text.Json;
using System.Text.Json.Serialization;
using Observability.Durability;
using Observability.Telemetry;

namespace Observability.LogStore.Segments.Deleting;

/// <summary>Remembers promised deletions across a crash. There are none most of the time, and then there is no file.</summary>
internal sealed class TombstoneFile(IDisk disk, string directory)
{
    private const uint Version = 1;

    private readonly string _path = Path.Combine(directory, "tombstones");

    /// <exception cref="LogFormatException">A newer version of this program wrote it, or it is damaged: records that somebody wanted gone would be found again.</exception>
    public List<Tombstone> Read()
    {
        var tombstones = new List<Tombstone>();
        var outcome = SnapshotFile.Read(disk, _path, (version, stream) =>
        {
            if (version > Version)
            {
                throw new LogFormatException($"'{_path}' has format version {version}, this program reads up to {Version}; start the newer one");
            }
            tombstones.AddRange((JsonSerializer.Deserialize(stream, TombstoneJson.Default.ListStoredTombstone) ?? []).Select(stored => stored.ToTombstone()));
        });
        return outcome != SnapshotOutcome.Damaged
            ? tombstones
            : throw new LogFormatException($"'{_path}' is damaged: deletions that were asked for are not known; repeat them after removing the file");
    }

    public void Write(IReadOnlyList<Tombstone> tombstones)
    {
        if (tombstones.Count > 0)
        {
            SnapshotFile.Write(disk, _path, Version, stream => JsonSerializer.Serialize(stream, [.. tombstones.Select(StoredTombstone.Of)], TombstoneJson.Default.ListStoredTombstone));
            return;
        }
        disk.Delete(_path);
        disk.SyncDirectory(directory);
    }
}

/// <summary>A tombstone on disk.</summary>
internal sealed record StoredTombstone(ulong LastFlush, long Start, long End, List<StoredMatcher> Stream, List<StoredLine> Lines)
{
    public static StoredTombstone Of(Tombstone tombstone) => new(
        tombstone.LastFlush, tombstone.Search.Range.StartNanoseconds, tombstone.Search.Range.EndNanoseconds,
        [.. tombstone.Search.Stream.Select(matcher => new StoredMatcher(matcher.Name, (int)matcher.Operator, matcher.Value))],
        [.. tombstone.Search.Lines.Select(line => new StoredLine(line.Text, line.Negated))]);

    public Tombstone ToTombstone() => new(LastFlush, new LogSearch(
        new LogRange(Start, End),
        [.. Stream.Select(matcher => new LabelMatcher(matcher.Name, (MatchOperator)matcher.Operator, matcher.Value))],
        [.. Lines.Select(line => new LineFilter(line.Text, line.Negated))], NewestFirst: false));
}

internal sealed record StoredMatcher(string Name, int Operator, string Value);

internal sealed record StoredLine(string Text, bool Negated);

[JsonSerializable(typeof(List<StoredTombstone>))]
internal sealed partial class TombstoneJson : JsonSerializerContext;
