namespace Observability.Templates;

/// <summary>How far one rendering may go. Templates are written by users and read data written by others: neither may hang or fill the process.</summary>
public sealed record RenderLimits
{
    public static RenderLimits Default { get; } = new();

    /// <summary>
    /// Characters of the output, and of any text built on the way. Default 1 Mi: a mail of 1,000 alerts with 20 labels has about 500,000.
    /// Bigger: memory of two bytes a character for each rendering that runs.
    /// </summary>
    public int OutputCharacters { get; init; } = 1 << 20;

    /// <summary>Actions, calls and elements visited. Default 2,000,000, about half a second: the same mail takes some 200,000.</summary>
    public int Steps { get; init; } = 2_000_000;

    /// <summary>Templates, blocks and parentheses inside each other while rendering. Default 250; each takes about 1 KB of stack.</summary>
    public int Depth { get; init; } = 250;
}

/// <summary>What an absent key of a map reads as.</summary>
public enum MissingKey
{
    /// <summary>The zero of the map: "" for labels and annotations, no value for maps of anything. What Prometheus and Alertmanager do.</summary>
    Zero,

    /// <summary>No value for every map: prints <c>&lt;no value&gt;</c>, Go's own default.</summary>
    NoValue,

    /// <summary>A fault of the template, for checks.</summary>
    Error,
}

/// <summary>What the output is, and so how values are escaped in it.</summary>
public enum EscapeMode
{
    /// <summary>Text: nothing is escaped.</summary>
    None,

    /// <summary>HTML: what an action prints is escaped, unless <c>safeHtml</c> made it; a link does not begin with a value of an unknown scheme.</summary>
    Html,
}

/// <summary>What one rendering needs besides its data.</summary>
public sealed record RenderOptions
{
    public static RenderOptions Default { get; } = new();

    public RenderLimits Limits { get; init; } = RenderLimits.Default;

    public MissingKey MissingKey { get; init; } = MissingKey.Zero;

    public EscapeMode Escape { get; init; } = EscapeMode.None;

    /// <summary>The moment that <c>query</c> and <c>now</c> of rule templates see.</summary>
    public DateTimeOffset? EvaluationTime { get; init; }

    /// <summary>What keeps compiled expressions from one rendering to the next; null compiles them in each.</summary>
    public CompiledExpressions? Expressions { get; init; }

    /// <summary>Looked at every few hundred steps.</summary>
    public CancellationToken Cancellation { get; init; }
}
