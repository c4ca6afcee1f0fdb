using System.Text;
using Observability.MetricStore.Blocks;
using Observability.MetricStore.Head;
using Observability.Telemetry;

namespace Observability.MetricStore;

/// <summary>
/// The part of the store that is in no block, at one moment. Its binary form: count of deletions that blocks may not have done (LEB128), each:
/// journal record (8), from (8), until (8), count of matchers, each: name, operator (1 byte), value · the head (<see cref="HeadImage"/>).
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
                writer.Write(deletion.FromMilliseconds);
                writer.Write(deletion.UntilMilliseconds);
                writer.Write7BitEncodedInt(deletion.Matchers.Count);
                foreach (var matcher in deletion.Matchers)
                {
                    writer.Write(matcher.Name);
                    writer.Write((byte)matcher.Operator);
                    writer.Write(matcher.Value);
                }
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
            var (sequence, from, until) = (reader.ReadUInt64(), reader.ReadInt64(), reader.ReadInt64());
            var matchers = new LabelMatcher[reader.Read7BitEncodedInt()];
            for (var at = 0; at < matchers.Length; at++)
            {
                matchers[at] = new LabelMatcher(reader.ReadString(), (MatchOperator)reader.ReadByte(), reader.ReadString());
            }
            deletions[i] = new SeriesDeletion(sequence, matchers, from, until);
        }
        return deletions;
    }
}
