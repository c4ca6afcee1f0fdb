namespace Observability.Query.Values;

public enum MatchCardinality
{
    OneToOne,

    /// <summary><c>group_left</c>: several samples on the left may match one on the right.</summary>
    ManyToOne,

    /// <summary><c>group_right</c>: several samples on the right may match one on the left.</summary>
    OneToMany,

    /// <summary>Set operators.</summary>
    ManyToMany,
}

/// <summary>Which samples of two vectors belong together.</summary>
/// <param name="Cardinality">How many samples a side may bring to one match.</param>
/// <param name="On">True: <paramref name="Labels"/> alone must be equal. False: all others but the metric name must be.</param>
/// <param name="Labels">As written after <c>on</c> or <c>ignoring</c>.</param>
/// <param name="Include">Labels that <c>group_left</c> or <c>group_right</c> copies from the "one" side.</param>
public sealed record VectorMatching(MatchCardinality Cardinality, bool On, IReadOnlyList<string> Labels, IReadOnlyList<string> Include)
{
    public static readonly VectorMatching OneToOne = new(MatchCardinality.OneToOne, On: false, [], []);

    public static readonly VectorMatching ManyToMany = new(MatchCardinality.ManyToMany, On: false, [], []);
}
