using System.Buffers.Binary;
using System.Numerics;
using Observability.LogStore.Segments.Rows;

namespace Observability.LogStore.Segments.Files;

/// <summary>Collects the texts of one attribute over the rows of a block, as a dictionary until that stops to pay. Used again for each block.</summary>
/// <param name="maximalRows">Of a block; what is kept for it is sized by this.</param>
internal sealed class FieldColumnWriter(int maximalRows)
{
    /// <summary>More different texts than this in 16,384 rows: a dictionary of them would be as long as the texts.</summary>
    public const int MaximalTexts = 4096;

    private const ulong NumberMask = 0xFFFF;

    /// <summary>Position of a text plus one in the low sixteen bits, the rest of its hash above; 0 is free. Twice as many places as texts keep the chains short.</summary>
    private readonly ulong[] _table = new ulong[BitOperations.RoundUpToPowerOf2((uint)(2 * Math.Min(MaximalTexts, maximalRows)))];
    private readonly int[] _ends = new int[Math.Min(MaximalTexts, maximalRows)];
    private readonly ushort[] _numbers = new ushort[maximalRows];
    private GrowingArray<byte> _texts = new();
    private GrowingArray<byte> _lengths = new();
    private int _count;
    private int _rows;
    private bool _isRaw;

    /// <summary>Number of the text that was added last; 0 before the first.</summary>
    private ushort _last;

    /// <summary>False when no row of the block has the attribute: there is nothing to write then.</summary>
    public bool HasAny { get; private set; }

    /// <summary>Adds a row's text. Rows that were left out since the last one have none.</summary>
    /// <returns>False when the row has one already.</returns>
    public bool TryAdd(int row, ReadOnlySpan<byte> text)
    {
        if (row < _rows)
        {
            return false;
        }
        HasAny = true;
        SkipTo(row);
        if (!_isRaw && !TryNumber(text, out _numbers[row]))
        {
            BecomeRaw();
        }
        if (_isRaw)
        {
            Varint.Write(ref _lengths, (ulong)text.Length + 1);
            _texts.Append(text);
        }
        _rows = row + 1;
        return true;
    }

    /// <summary>Writes the column and starts the next one: raw when this one ended so, since what has many texts here has many in the next block too.</summary>
    public void Finish(ref GrowingArray<byte> column, int rows)
    {
        SkipTo(rows);
        column.Add(_isRaw ? FieldColumn.Raw : FieldColumn.Dictionary);
        if (_isRaw)
        {
            column.Append(_lengths.Written);
            column.Append(_texts.Written);
        }
        else
        {
            WriteDictionary(ref column, rows);
        }
        Reset();
    }

    private void Reset()
    {
        if (!_isRaw)
        {
            Array.Clear(_table);
        }
        _texts.Truncate(0);
        _lengths.Truncate(0);
        (_count, _rows, _last, HasAny) = (0, 0, 0, false);
    }

    private void SkipTo(int row)
    {
        for (; _rows < row; _rows++)
        {
            if (_isRaw)
            {
                _lengths.Add(0);
            }
            else
            {
                _numbers[_rows] = 0;
            }
        }
    }

    private bool TryNumber(ReadOnlySpan<byte> text, out ushort number)
    {
        // Neighbours often have the same text.
        if (_last > 0 && TextAt(_last - 1).SequenceEqual(text))
        {
            number = _last;
            return true;
        }
        var hash = Tokens.Hash(text);
        for (var place = (int)(uint)hash & (_table.Length - 1); ; place = (place + 1) & (_table.Length - 1))
        {
            var entry = _table[place];
            if (entry == 0)
            {
                number = 0;
                if (_count == MaximalTexts)
                {
                    return false;
                }
                _texts.Append(text);
                _ends[_count] = _texts.Count;
                _last = number = (ushort)++_count;
                _table[place] = (hash & ~NumberMask) | number;
                return true;
            }
            if (((entry ^ hash) & ~NumberMask) == 0 && TextAt((int)(entry & NumberMask) - 1).SequenceEqual(text))
            {
                _last = number = (ushort)(entry & NumberMask);
                return true;
            }
        }
    }

    private ReadOnlySpan<byte> TextAt(int position)
    {
        var start = position == 0 ? 0 : _ends[position - 1];
        return _texts.Written[start.._ends[position]];
    }

    private void BecomeRaw()
    {
        var texts = new GrowingArray<byte>();
        foreach (var number in _numbers.AsSpan(0, _rows))
        {
            Varint.Write(ref _lengths, number == 0 ? 0 : (ulong)TextAt(number - 1).Length + 1);
            texts.Append(number == 0 ? default : TextAt(number - 1));
        }
        _texts = texts;
        Array.Clear(_table);
        _isRaw = true;
    }

    private void WriteDictionary(ref GrowingArray<byte> column, int rows)
    {
        Varint.Write(ref column, (ulong)_count);
        for (var position = 0; position < _count; position++)
        {
            Varint.Write(ref column, (ulong)TextAt(position).Length);
        }
        column.Append(_texts.Written);
        var numbers = _numbers.AsSpan(0, rows);
        var target = column.Reserve(rows * FieldColumn.NumberBytes(_count));
        if (target.Length > rows)
        {
            for (var row = 0; row < numbers.Length; row++)
            {
                BinaryPrimitives.WriteUInt16LittleEndian(target[(2 * row)..], numbers[row]);
            }
            return;
        }
        for (var row = 0; row < numbers.Length; row++)
        {
            target[row] = (byte)numbers[row];
        }
    }
}
