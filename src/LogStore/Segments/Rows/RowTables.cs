using Observability.Telemetry;

namespace Observability.LogStore.Segments.Rows;

/// <summary>What many rows share, each once: the labels of their stream (without the level) and the attributes of their resource.</summary>
internal sealed class RowResource(LabelSet stream, Label[] attributes) : IEquatable<RowResource>
{
    private readonly LabelSet?[] _withLevel = new LabelSet?[Levels.Count];

    /// <summary>In the place of one whose rows were deleted: positions of the others do not change.</summary>
    public static RowResource Empty { get; } = new(LabelSet.Empty, []);

    public LabelSet Stream { get; } = stream;

    public Label[] Attributes { get; } = attributes;

    /// <summary>The stream's labels with a level, made once.</summary>
    public LabelSet WithLevel(int level) => _withLevel[level] ??= Stream.With(LabelNames.Level, Levels.Name(level));

    public bool Equals(RowResource? other) => other is not null && Stream.Equals(other.Stream) && Attributes.AsSpan().SequenceEqual(other.Attributes);

    public override bool Equals(object? obj) => Equals(obj as RowResource);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Stream);
        foreach (var attribute in Attributes)
        {
            hash.Add(attribute);
        }
        return hash.ToHashCode();
    }
}

/// <summary>The tables that positions in the rows point into.</summary>
/// <param name="Resources">By resource position.</param>
/// <param name="Names">Attribute names by position.</param>
internal sealed record RowTables(ReadOnlyMemory<RowResource> Resources, ReadOnlyMemory<string> Names)
{
    private Dictionary<string, string?>? _attributesOfLabels;

    /// <summary>Rows that share resource and level share a slot: matchers are evaluated once a slot, not once a row.</summary>
    public int SlotCount => Resources.Length * Levels.Count;

    public static int SlotOf(int resource, int flags) => (resource * Levels.Count) + Levels.Of(flags & RowFlags.SeverityMask);

    /// <summary>Whether a row, or a resource, can have an attribute that becomes this label.</summary>
    public bool MayHaveAttribute(string label) => AttributesOfLabels.ContainsKey(label);

    /// <summary>The name of the attribute that becomes this label; null where there is none, or where several do.</summary>
    public string? AttributeOf(string label) => AttributesOfLabels.GetValueOrDefault(label);

    // Computed once: two threads that do it at the same time come to the same.
    private Dictionary<string, string?> AttributesOfLabels => _attributesOfLabels ??= Names.ToArray().Concat(Resources.ToArray().SelectMany(static resource => resource.Attributes).Select(static attribute => attribute.Name))
        .Distinct(StringComparer.Ordinal).GroupBy(LabelNames.FromAttribute, StringComparer.Ordinal)
        .ToDictionary(static label => label.Key, static label => label.Take(2).ToArray() is [var only] ? only : null, StringComparer.Ordinal);

    public RowResource ResourceOf(int slot) => Resources.Span[slot / Levels.Count];

    public LabelSet StreamOf(int slot) => ResourceOf(slot).WithLevel(slot % Levels.Count);
}

/// <summary>The seven levels that a severity number falls into, numbered.</summary>
internal static class Levels
{
    public const int Count = 7;

    public static int Of(int severityNumber) => Math.Min(Count - 1, (severityNumber + 3) / 4);

    public static string Name(int level) => SeverityText.LevelOf(level * 4);
}

/// <summary>The byte of a row that holds its severity number and says which identities it has. On disk.</summary>
internal static class RowFlags
{
    public const int SeverityMask = 0x1F;
    public const int HasTraceId = 0x40;
    public const int HasSpanId = 0x80;
    public const int TraceIdBytes = 16;
    public const int SpanIdBytes = 8;
}
