using System.Text;
using Observability.MetricStore.Blocks;

namespace Observability.RuleEngine.Consuming;

/// <summary>Samples that somebody wants gone, and who. Binary form in the journal: the actor's name, then the deletion (<see cref="SeriesDeletion.WriteTo"/>).</summary>
internal sealed record DeletionOrder(SeriesDeletion Deletion, string Actor)
{
    public byte[] ToBytes()
    {
        using var bytes = new MemoryStream();
        using (var writer = new BinaryWriter(bytes, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(Actor);
            Deletion.WriteTo(writer);
        }
        return bytes.ToArray();
    }

    /// <param name="bytes">What <see cref="ToBytes"/> gave.</param>
    /// <param name="sequence">Of the journal record that holds it.</param>
    public static DeletionOrder Read(ReadOnlyMemory<byte> bytes, ulong sequence)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes.ToArray()), Encoding.UTF8);
        var actor = reader.ReadString();
        return new DeletionOrder(SeriesDeletion.Read(reader, sequence), actor);
    }
}
