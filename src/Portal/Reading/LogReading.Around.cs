using Observability.Query.LogQL;
using Observability.Query.LogQL.Syntax;
using Observability.Query.Values;
using Observability.Telemetry;

namespace Observability.Portal.Reading;

// What lies beside the lines that were asked for: those around one line, and the nearest one when there is none.
internal sealed partial class LogReading
{
    /// <summary>Lines to each side of one: about a screen, and the links at both ends go on from there.</summary>
    public const int NeighboursEachSide = 25;

    private const long NanosecondsPerDay = 24L * 3600 * 1_000_000_000;

    /// <summary>What was written a day before or after explains nothing, and a stream that is nearly silent is not read to its beginning.</summary>
    private const long ReachOfNeighbours = NanosecondsPerDay;

    /// <summary>As long as logs are kept by default.</summary>
    private const long ReachOfNearest = 30 * NanosecondsPerDay;

    /// <summary>The answer is a hint beside an empty list; nobody waits longer for one.</summary>
    private static readonly TimeSpan NearestTimeout = TimeSpan.FromSeconds(2);

    // Two readings, so that a busy stream cannot push the line itself out of what is shown. All lines of its instant belong to the older half.
    private async Task<LogAnswer> AroundAsync(LogQLExpression expression, ILogSource visible, long around, CancellationToken cancellationToken)
    {
        var earlier = await LinesAsync(expression, visible, new LogRange(Math.Max(0, around - ReachOfNeighbours), around + 1), LogDirection.Backward, NeighboursEachSide + 2, cancellationToken);
        var later = await LinesAsync(expression, visible, new LogRange(around + 1, around + ReachOfNeighbours), LogDirection.Forward, NeighboursEachSide + 1, cancellationToken);
        return new LogAnswer
        {
            Lines = [.. later.Take(NeighboursEachSide).Reverse(), .. earlier.Take(NeighboursEachSide + 1)],
            IsCut = earlier.Count > NeighboursEachSide + 1,
            HasLater = later.Count > NeighboursEachSide,
        };
    }

    // A rare text may have to be looked for in a month of lines; then the page is complete without it.
    private async Task<LogEntry?> NearestAsync(LogQLExpression expression, ILogSource visible, LogRange range, CancellationToken aborted)
    {
        using var timeout = new CancellationTokenSource(NearestTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, aborted);
        try
        {
            var before = new LogRange(Math.Max(0, range.StartNanoseconds - ReachOfNearest), range.StartNanoseconds);
            return (await LinesAsync(expression, visible, before, LogDirection.Backward, limit: 1, either.Token)).FirstOrDefault();
        }
        catch (QueryException)
        {
            return null;
        }
        catch (OperationCanceledException) when (!aborted.IsCancellationRequested)
        {
            return null;
        }
    }
}
