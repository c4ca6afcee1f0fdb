using Observability.Telemetry;

namespace Observability.Query.LogQL.Pipelines;

/// <summary>One compiled stage. Its state is only what was compiled: what belongs to a line is in its labels.</summary>
internal abstract class LineStep
{
    /// <summary>Changes the line and its labels in place.</summary>
    /// <param name="timeUnixNanoseconds">The record's time, for templates.</param>
    /// <param name="line">The text so far.</param>
    /// <param name="labels">The labels so far.</param>
    /// <returns>False when the line is dropped.</returns>
    public abstract bool Process(long timeUnixNanoseconds, ref string line, LineLabels labels);

    /// <summary>True for a stage that only adds labels: a metric query that asks for no label leaves it out, as Loki does.</summary>
    public virtual bool OnlyExtracts => false;

    /// <summary>True for a stage whose outcome depends on labels.</summary>
    public virtual bool ReadsLabels => true;

    /// <summary>Null, or the conditions on labels that say all that this stage does.</summary>
    public virtual IReadOnlyList<LabelMatcher>? Conditions => null;
}
