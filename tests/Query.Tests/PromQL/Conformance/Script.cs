using Observability.Query.PromQL;

namespace Observability.Query.Tests.PromQL.Conformance;

/// <summary>One file of the script language: cases, each with the data that the lines before it loaded.</summary>
internal sealed record Script(string FileName, IReadOnlyList<ScriptCase> Cases);

/// <param name="Line">Of the <c>eval</c>, from 1.</param>
/// <param name="Query">As written.</param>
/// <param name="StartMilliseconds">The time of an instant case.</param>
/// <param name="EndMilliseconds">Equal to the start for an instant case.</param>
/// <param name="StepMilliseconds">0 for an instant case.</param>
/// <param name="Data">What is loaded; cases share it.</param>
/// <param name="Expected">What must come out.</param>
internal sealed record ScriptCase(int Line, string Query, long StartMilliseconds, long EndMilliseconds, long StepMilliseconds, ScriptData Data, Expectation Expected)
{
    public bool IsInstant => StepMilliseconds == 0;
}

internal sealed class Expectation
{
    public List<(string Outcome, TextCondition Text)> Outcomes { get; } = [];

    public List<ExpectedSeries> Series { get; } = [];

    public string? Scalar { get; set; }

    public string? String { get; set; }

    /// <summary>Of <c>expect range vector from … to … step …</c>.</summary>
    public (long Start, long End, long Step)? RangeVector { get; set; }

    public bool NeedsNativeHistograms { get; set; }

    public bool Fails => Outcomes.Exists(static outcome => outcome.Outcome == "fail");

    public bool Ordered => Outcomes.Exists(static outcome => outcome.Outcome == "ordered");
}

internal sealed record ExpectedSeries(Telemetry.LabelSet Labels, IReadOnlyList<double?> Points);

/// <summary>Nothing, a text that must be equal, or an expression that must match.</summary>
internal readonly record struct TextCondition(string? Equal, string? Pattern)
{
    public bool Accepts(string text) => (Equal is null || text == Equal) && (Pattern is null || System.Text.RegularExpressions.Regex.IsMatch(text, Pattern));

    public override string ToString() => Equal ?? Pattern ?? "any text";
}
