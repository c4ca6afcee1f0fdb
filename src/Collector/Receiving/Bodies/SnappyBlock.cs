using System.Buffers.Binary;

namespace Observability.Collector.Receiving.Bodies;

/// <summary>Why a block is not snappy, and at which of its bytes.</summary>
internal readonly record struct SnappyFault(string Reason, int Position);

/// <summary>
/// Reads snappy's block format (google/snappy, format_description.txt): the length of the content as a varint, then literals and copies of what was
/// already written. Every length and offset is checked before it is used, and nothing of the target is left as it was: targets come from a pool.
/// </summary>
internal static class SnappyBlock
{
    /// <summary>The densest element is a copy of 64 bytes in three; a length beyond that ratio is a lie, found before memory is taken for it.</summary>
    private const int MaximumRatio = 22;

    private const int MaximumLengthBytes = 5;

    /// <summary>The announced length of the content and where its elements begin; null when it announces what its own size rules out.</summary>
    public static (long Length, int ElementsAt)? ReadLength(ReadOnlySpan<byte> block)
    {
        long length = 0;
        for (var i = 0; i < Math.Min(block.Length, MaximumLengthBytes); i++)
        {
            length |= (long)(block[i] & 0x7F) << (7 * i);
            if (block[i] < 0x80)
            {
                return length <= (long)(block.Length - i - 1) * MaximumRatio ? (length, i + 1) : null;
            }
        }
        return null;
    }

    /// <summary>Fills the whole target from the elements at <paramref name="position"/>; null when they are exactly that long.</summary>
    public static SnappyFault? Decode(ReadOnlySpan<byte> block, int position, Span<byte> target)
    {
        var written = 0;
        while (position < block.Length)
        {
            var start = position;
            var isLiteral = (block[position] & 3) == 0;
            if (!(isLiteral ? TryReadLiteral(block, ref position, out var length, out var offset) : TryReadCopy(block, ref position, out length, out offset)))
            {
                return new SnappyFault("an element is cut off at the end", start);
            }
            if (length > target.Length - written)
            {
                return new SnappyFault($"the content is longer than the {target.Length} bytes that it announces", start);
            }
            if (isLiteral)
            {
                if (length > block.Length - position)
                {
                    return new SnappyFault($"a literal of {length} bytes begins where {block.Length - position} are left", start);
                }
                block.Slice(position, (int)length).CopyTo(target[written..]);
                position += (int)length;
            }
            else if (offset == 0 || offset > written)
            {
                return new SnappyFault($"a copy from {offset} bytes back begins where {written} are written", start);
            }
            else
            {
                Copy(target, written, (int)offset, (int)length);
            }
            written += (int)length;
        }
        return written == target.Length ? null : new SnappyFault($"the content ends after {written} of the {target.Length} bytes that it announces", block.Length);
    }

    // Up to 60 bytes are told by the tag itself; the tags 60 to 63 say in how many bytes, one to four, the length less one follows.
    private static bool TryReadLiteral(ReadOnlySpan<byte> block, ref int position, out long length, out long offset)
    {
        const int LongestInTag = 60;
        offset = 0;
        length = (block[position++] >> 2) + 1;
        if (length <= LongestInTag)
        {
            return true;
        }
        var bytes = (int)length - LongestInTag;
        if (bytes > block.Length - position)
        {
            return false;
        }
        length = 0;
        for (var i = 0; i < bytes; i++)
        {
            length |= (long)block[position++] << (8 * i);
        }
        length++;
        return true;
    }

    private static bool TryReadCopy(ReadOnlySpan<byte> block, ref int position, out long length, out long offset)
    {
        var tag = block[position++];
        var kind = tag & 3;
        (length, offset) = ((tag >> 2) + 1, 0);
        var bytes = kind switch { 1 => 1, 2 => 2, _ => 4 };
        if (bytes > block.Length - position)
        {
            return false;
        }
        var rest = block[position..];
        position += bytes;
        switch (kind)
        {
            case 1:
                // Four to eleven bytes; three bits of the offset stand in the tag.
                length = ((tag >> 2) & 7) + 4;
                offset = ((tag >> 5) << 8) | rest[0];
                break;
            case 2:
                offset = BinaryPrimitives.ReadUInt16LittleEndian(rest);
                break;
            default:
                offset = BinaryPrimitives.ReadUInt32LittleEndian(rest);
                break;
        }
        return true;
    }

    // A copy may reach into what it writes itself: a short pattern repeated.
    private static void Copy(Span<byte> target, int written, int offset, int length)
    {
        if (offset >= length)
        {
            target.Slice(written - offset, length).CopyTo(target[written..]);
            return;
        }
        for (var i = written; i < written + length; i++)
        {
            target[i] = target[i - offset];
        }
    }
}
