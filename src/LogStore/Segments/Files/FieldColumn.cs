using Observability.LogStore.Segments.Rows;

namespace Observability.LogStore.Segments.Files;

/// <summary>
/// One attribute of a block's rows. First byte: how it is written. A dictionary: count of texts, length of each, the texts, then a number a row (0: the row
/// has none, else position plus one), a byte each or two when there are more than 255 texts. Raw: length plus one of each row's text (0: none), then the texts.
/// </summary>
internal sealed class FieldColumn
{
    public const byte Dictionary = 1;
    public const byte Raw = 2;

    private readonly byte[] _bytes;
    private readonly int _numbers;
    private readonly int _numberBytes;
    private readonly int[] _ends;
    private readonly int _texts;
    private readonly byte[]? _present;

    /// <param name="bytes">The column unpacked; rented by the caller, who gives it back when this is no longer used.</param>
    /// <param name="length">Of the column.</param>
    /// <param name="rows">Of the block.</param>
    /// <exception cref="SegmentDamagedException">It is written in a way that is not known.</exception>
    public FieldColumn(byte[] bytes, int length, int rows)
    {
        _bytes = bytes;
        var span = bytes.AsSpan(0, length);
        var offset = 1;
        if (span[0] == Dictionary)
        {
            _ends = ReadEnds(span, ref offset, (int)Varint.Read(span, ref offset));
            _texts = offset;
            _numbers = offset + (_ends.Length == 0 ? 0 : _ends[^1]);
            _numberBytes = NumberBytes(_ends.Length);
        }
        else if (span[0] == Raw)
        {
            _present = new byte[rows];
            _ends = new int[rows];
            var end = 0;
            for (var row = 0; row < rows; row++)
            {
                var one = (int)Varint.Read(span, ref offset);
                _present[row] = one > 0 ? (byte)1 : (byte)0;
                _ends[row] = end += Math.Max(0, one - 1);
            }
            _texts = offset;
        }
        else
        {
            throw new SegmentDamagedException($"an attribute's column is written in way {span[0]}, which is not known");
        }
    }

    /// <summary>Bytes of a row's number: zero stands for none, so a byte tells 255 texts apart.</summary>
    public static int NumberBytes(int texts) => texts <= byte.MaxValue ? 1 : 2;

    public bool TryGet(int row, out ReadOnlySpan<byte> text)
    {
        text = default;
        var position = row;
        if (_present is not null)
        {
            if (_present[row] == 0)
            {
                return false;
            }
        }
        else
        {
            var number = _numbers + (row * _numberBytes);
            position = (_numberBytes == 1 ? _bytes[number] : _bytes[number] | (_bytes[number + 1] << 8)) - 1;
            if (position < 0)
            {
                return false;
            }
        }
        var start = position == 0 ? 0 : _ends[position - 1];
        text = _bytes.AsSpan(_texts + start, _ends[position] - start);
        return true;
    }

    private static int[] ReadEnds(ReadOnlySpan<byte> span, ref int offset, int count)
    {
        var ends = new int[count];
        var end = 0;
        for (var i = 0; i < count; i++)
        {
            ends[i] = end += (int)Varint.Read(span, ref offset);
        }
        return ends;
    }
}
