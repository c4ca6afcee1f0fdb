using Observability.Contracts;
using Observability.Portal.Reading;
using Observability.Portal.Wording;

namespace Observability.Portal.Pages;

/// <summary>One step of a why chain and the page that shows what it speaks of; null where there is none.</summary>
public sealed record LinkedStep(WhyStep Step, string? Address = null)
{
    /// <summary>The chain of an alert: the event leads to its run.</summary>
    public static IReadOnlyList<LinkedStep> Of(IEnumerable<WhyStep> steps, AlertView? alert) =>
        [.. steps.Select(step => new LinkedStep(step, step.Stage == "event" && alert?.Run is { RunId.Length: > 0 } run ? Links.Run(run.RunId, run.Source, run.Pipeline, alert.Environment) : null))];
}
