namespace Observability.LogStore.Segments.Rows;

/// <summary>Attributes of one row, one behind the other: position of the name plus one, length, text; zero ends them. On disk, in the overflow column.</summary>
internal static class RowAttributes
{
    public static void Append(ref BytesColumnBuilder target, int name, ReadOnlySpan<byte> text)
    {
        if (name + 1 < 0x80 && text.Length < 0x80)
        {
            target.AppendWithTwoBytes((byte)(name + 1), (byte)text.Length, text);
            return;
        }
        target.AppendVarint(name + 1);
        target.AppendVarint(text.Length);
        target.Append(text);
    }

    public static void AppendEnd(ref BytesColumnBuilder target) => target.AppendVarint(0);

    /// <summary>Takes the next attribute off the front of a row's bytes.</summary>
    /// <returns>False behind the last.</returns>
    public static bool TryRead(ReadOnlySpan<byte> row, ref int offset, out int name, out ReadOnlySpan<byte> text)
    {
        text = default;
        name = offset < row.Length ? (int)Varint.Read(row, ref offset) - 1 : -1;
        if (name < 0)
        {
            return false;
        }
        text = Varint.ReadText(row, ref offset);
        return true;
    }

    /// <summary>Shows one attribute of some rows of a column.</summary>
    public static void Read(BytesColumn column, int name, ReadOnlySpan<int> rows, Action<int, ReadOnlySpan<byte>> take)
    {
        for (var index = 0; index < rows.Length; index++)
        {
            var row = column[rows[index]];
            for (var offset = 0; TryRead(row, ref offset, out var other, out var text);)
            {
                if (other == name)
                {
                    take(index, text);
                }
            }
        }
    }

    public static void Visit(ReadOnlySpan<byte> row, IAttributeVisitor visitor)
    {
        for (var offset = 0; TryRead(row, ref offset, out var name, out var text);)
        {
            visitor.Visit(name, text);
        }
    }
}
