using Observability.Portal.Reading;

namespace Observability.Portal.Pages;

/// <summary>How each step of a run went in the runs before it, and how long it usually takes.</summary>
public sealed class StepHistory
{
    /// <summary>Runs shown beside a step, this one included; each costs one read of the service.</summary>
    public const int RunsShown = 14;

    /// <summary>Below five, "usual" would be a guess.</summary>
    private const int FewestForUsual = 5;

    private readonly IReadOnlyList<(RunView Run, IReadOnlyDictionary<string, TaskView> Tasks)> _runs;

    private StepHistory(IReadOnlyList<(RunView, IReadOnlyDictionary<string, TaskView>)> runs)
    {
        _runs = runs;
    }

    /// <summary>Of a run without steps.</summary>
    public static StepHistory None { get; } = new([]);

    /// <summary>Reads the runs before <paramref name="run"/>, at the same time; one that cannot be read is left out.</summary>
    internal static async Task<StepHistory> ReadAsync(RunDetail detail, RunView run, HttpContext http, PortalApi api)
    {
        if (detail.Tasks.Count == 0)
        {
            return None;
        }
        var before = detail.Previous.Where(other => other.OrderedAt < run.OrderedAt && other.Id != run.Id).OrderBy(static other => other.OrderedAt).TakeLast(RunsShown - 1).ToList();
        var answers = await Task.WhenAll(before.Select(other => api.RunAsync(http, other.Id)));
        return new StepHistory([.. answers.Where(static answer => answer.IsKnown).Select(static answer => (answer.Value!.Run, ByName(answer.Value.Tasks))), (run, ByName(detail.Tasks))]);
    }

    /// <summary>Oldest first and this run last; the state is null where the run had no such step.</summary>
    public IReadOnlyList<(RunView Run, string? Status)> Of(TaskView step) => [.. _runs.Select(run => (run.Run, run.Tasks.GetValueOrDefault(step.Name)?.Status))];

    /// <summary>The median of its good runs before this one; null below five of them.</summary>
    public TimeSpan? UsualOf(TaskView step)
    {
        var good = _runs.SkipLast(1)
            .Select(run => run.Tasks.GetValueOrDefault(step.Name))
            .Where(static task => task is { Status: "succeeded", StartedAt: not null, FinishedAt: not null })
            .Select(static task => task!.FinishedAt!.Value - task.StartedAt!.Value)
            .Order().ToList();
        return good.Count < FewestForUsual ? null : good[good.Count / 2];
    }

    // A step that ran twice counts by its last try.
    private static Dictionary<string, TaskView> ByName(IReadOnlyList<TaskView> tasks) =>
        tasks.GroupBy(static task => task.Name, StringComparer.Ordinal).ToDictionary(static group => group.Key, static group => group.MaxBy(static task => task.FinishedAt)!, StringComparer.Ordinal);
}
