namespace Observability.Configuration.Yaml;

/// <summary>
/// One node of a file with its place. Aliases are already followed, so a node may hang under several parents; <see cref="Size"/> counts the node and everything
/// below it as if each alias were written out.
/// </summary>
internal abstract class YamlNode(int line, int column)
{
    public int Line { get; } = line;

    public int Column { get; } = column;

    public abstract int Size { get; }

    /// <summary>What a message calls it.</summary>
    public abstract string Description { get; }
}

/// <summary><paramref name="start"/> and <paramref name="end"/> are offsets into the text (UTF-16 units), quotes included.</summary>
internal sealed class YamlScalar(string value, bool isPlain, bool isBlock, int line, int column, int start, int end) : YamlNode(line, column)
{
    public string Value { get; } = value;

    public bool IsPlain { get; } = isPlain;

    /// <summary>Written with <c>|</c> or <c>&gt;</c>: its text begins on the next line.</summary>
    public bool IsBlock { get; } = isBlock;

    public int Start { get; } = start;

    public int End { get; } = end;

    public bool IsNull => IsPlain && Value is "" or "~" or "null" or "Null" or "NULL";

    public override int Size => 1;

    public override string Description => IsNull ? "nothing" : $"'{Shorten(Value)}'";

    private static string Shorten(string value) => value.Length <= 60 ? value : value[..57] + "...";
}

internal sealed record YamlEntry(YamlScalar Key, YamlNode Value);

internal sealed class YamlMapping(IReadOnlyList<YamlEntry> entries, int line, int column) : YamlNode(line, column)
{
    public IReadOnlyList<YamlEntry> Entries { get; } = entries;

    public override int Size { get; } = 1 + entries.Sum(entry => 1 + entry.Value.Size);

    public override string Description => "a mapping";
}

internal sealed class YamlSequence(IReadOnlyList<YamlNode> items, int line, int column) : YamlNode(line, column)
{
    public IReadOnlyList<YamlNode> Items { get; } = items;

    public override int Size { get; } = 1 + items.Sum(item => item.Size);

    public override string Description => "a list";
}
