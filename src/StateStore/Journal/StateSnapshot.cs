using System.Text;
using Observability.Durability;

namespace Observability.StateStore;

/// <summary>
/// A whole <see cref="StateImage"/> as a file: incarnation of the journal 8, applied sequence 8, last version 8, last outbox id 8, number of collections
/// 4 with the version of each, then one <see cref="StateCodec"/> record with everything in it.
/// </summary>
internal static class StateSnapshot
{
    private const uint FormatVersion = 1;

    public static void Write(IDisk disk, string path, ulong incarnation, StateImage image) =>
        SnapshotFile.Write(disk, path, FormatVersion, stream =>
        {
            using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
            writer.Write(incarnation);
            writer.Write(image.AppliedSequence);
            writer.Write(image.LastVersion);
            writer.Write(image.LastOutboxId);
            writer.Write(image.Collections.Count);
            var everything = new StateChanges(image.LastVersion);
            foreach (var (name, collection) in image.Collections)
            {
                writer.Write(name);
                writer.Write(collection.Version);
                everything.Written.AddRange(collection.Documents);
            }
            everything.Enqueued.AddRange(image.Outbox);
            everything.Leases.AddRange(image.Leases.Values);
            StateCodec.Write(writer, everything);
        });

    /// <returns>The image, and the incarnation it belongs to; null when there is no snapshot.</returns>
    /// <exception cref="LogFormatException">It is damaged or newer than this program.</exception>
    public static (StateImage Image, ulong Incarnation)? Read(IDisk disk, string path)
    {
        (StateImage, ulong)? result = null;
        var outcome = SnapshotFile.Read(disk, path, (version, stream) =>
        {
            if (version > FormatVersion)
            {
                throw new LogFormatException($"'{path}' has format version {version}; this program knows up to {FormatVersion}. Start the newer program that wrote it");
            }
            using var reader = new BinaryReader(stream, Encoding.UTF8, leaveOpen: true);
            result = ReadImage(reader);
        });
        return outcome == SnapshotOutcome.Damaged
            ? throw new LogFormatException($"'{path}' is damaged, and the journal before it is gone; restore the directory from a backup")
            : result;
    }

    private static (StateImage Image, ulong Incarnation) ReadImage(BinaryReader reader)
    {
        var incarnation = reader.ReadUInt64();
        var sequence = reader.ReadUInt64();
        var image = StateImage.Empty with { LastVersion = reader.ReadUInt64(), LastOutboxId = reader.ReadUInt64() };
        var versions = new List<(string Name, ulong Version)>();
        for (var count = reader.ReadInt32(); count > 0; count--)
        {
            versions.Add((reader.ReadString(), reader.ReadUInt64()));
        }
        image = image.Apply(StateCodec.Read(reader), sequence);
        foreach (var (name, version) in versions)
        {
            image = image with { Collections = image.Collections.SetItem(name, image.Collection(name) with { Version = version }) };
        }
        return (image, incarnation);
    }
}
