using System.Text;
using Observability.MetricStore.Blocks;
using Observability.MetricStore.Head;

namespace Observability.MetricStore;

/// <summary>
/// The part of the store that is in no block, at one moment. Its binary form: count of deletions that blocks may not have done (LEB128), each:
/// journal record (8) and the deletion (<see cref="SeriesDeletion.WriteTo"/>) · the head (<see cref="HeadImage"/>).
/// </summary>
public sealed class StoreImage
{
    private readonly HeadImage _head;
    private readonly IReadOnlyList<SeriesDeletion> _deletions;

    internal StoreImage(HeadImage head, IReadOnlyList<SeriesDeletion> deletions)
    {
        (_head, _deletions) = (head, deletions);
    }

    public void WriteTo(Stream target)
    {
        using (var writer = new BinaryWriter(target, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write7BitEncodedInt(_deletions.Count);
            foreach (var deletion in _deletions)
            {
                writer.Write(deletion.Sequence);
                deletion.WriteTo(writer);
            }
        }
        _head.WriteTo(target);
    }

    internal static SeriesDeletion[] ReadDeletions(Stream source)
    {
        using var reader = new BinaryReader(source, Encoding.UTF8, leaveOpen: true);
        var deletions = new SeriesDeletion[reader.Read7BitEncodedInt()];
        for (var i = 0; i < deletions.Length; i++)
        {
            deletions[i] = SeriesDeletion.Read(reader, reader.ReadUInt64());
        }
        return deletions;
    }
}
