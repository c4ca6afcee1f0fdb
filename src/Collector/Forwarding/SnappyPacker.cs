using System.Buffers.Binary;

namespace Observability.Collector.Forwarding;

/// <summary>
/// Writes snappy's block format (google/snappy, format_description.txt): the length of the content as a varint, then literals and copies of what came before.
/// One pass, the last place of each four bytes remembered: labels of neighbouring series are alike, and that is nearly all there is to find.
/// </summary>
internal static class SnappyPacker
{
    /// <summary>Places remembered: 64 KiB of memory, about as many as there are positions that a copy can reach.</summary>
    private const int TableBits = 14;

    private const int ShortestCopy = 4;

    /// <summary>Of a copy whose offset stands in two bytes.</summary>
    private const int LongestOffset = ushort.MaxValue;

    private const int LongestElement = 64;

    public static byte[] Pack(ReadOnlySpan<byte> content)
    {
        var target = new byte[LongestOf(content.Length)];
        var written = WriteLength(target, content.Length);
        Span<int> table = new int[1 << TableBits];      // position + 1; 0 is none
        var (position, literal) = (0, 0);
        while (position <= content.Length - ShortestCopy)
        {
            var four = BinaryPrimitives.ReadUInt32LittleEndian(content[position..]);
            ref var place = ref table[(int)((four * 0x9E3779B1) >> (32 - TableBits))];
            var earlier = place - 1;
            place = position + 1;
            if (earlier < 0 || position - earlier > LongestOffset || BinaryPrimitives.ReadUInt32LittleEndian(content[earlier..]) != four)
            {
                // What does not repeat for long will not soon: ever larger steps pass over it.
                position += 1 + ((position - literal) >> 6);
                continue;
            }
            written = WriteLiteral(target, written, content[literal..position]);
            var length = content[position..].CommonPrefixLength(content[earlier..]);
            written = WriteCopy(target, written, position - earlier, length);
            position += length;
            literal = position;
        }
        written = WriteLiteral(target, written, content[literal..]);
        return target[..written];
    }

    // A literal costs a byte in sixty at most but for long ones, five in all; a copy never has more bytes than it stands for.
    private static int LongestOf(int length) => checked(32 + length + (length / 6));

    private static int WriteLength(Span<byte> target, int length)
    {
        var written = 0;
        for (var rest = (uint)length; ; rest >>= 7)
        {
            target[written++] = (byte)(rest < 0x80 ? rest : rest | 0x80);
            if (rest < 0x80)
            {
                return written;
            }
        }
    }

    private static int WriteLiteral(Span<byte> target, int written, ReadOnlySpan<byte> literal)
    {
        const int LongestInTag = 60;
        if (literal.IsEmpty)
        {
            return written;
        }
        var less = literal.Length - 1;
        if (less < LongestInTag)
        {
            target[written++] = (byte)(less << 2);
        }
        else
        {
            var bytes = less < 1 << 8 ? 1 : less < 1 << 16 ? 2 : less < 1 << 24 ? 3 : 4;
            target[written++] = (byte)((LongestInTag - 1 + bytes) << 2);
            for (var i = 0; i < bytes; i++)
            {
                target[written++] = (byte)(less >> (8 * i));
            }
        }
        literal.CopyTo(target[written..]);
        return written + literal.Length;
    }

    private static int WriteCopy(Span<byte> target, int written, int offset, int length)
    {
        while (length > 0)
        {
            var now = Math.Min(length, LongestElement);
            if (now is >= ShortestCopy and <= 11 && offset < 1 << 11)
            {
                target[written++] = (byte)(1 | ((now - ShortestCopy) << 2) | ((offset >> 8) << 5));
                target[written++] = (byte)offset;
            }
            else
            {
                target[written++] = (byte)(2 | ((now - 1) << 2));
                BinaryPrimitives.WriteUInt16LittleEndian(target[written..], (ushort)offset);
                written += 2;
            }
            length -= now;
        }
        return written;
    }
}
