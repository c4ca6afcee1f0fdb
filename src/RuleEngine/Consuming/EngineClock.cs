namespace Observability.RuleEngine.Consuming;

/// <summary>The engine's clock in Unix milliseconds: the time that goes into records and onto the samples of runs.</summary>
internal sealed class EngineClock(TimeProvider time)
{
    /// <summary>
    /// A clock that is corrected by less stands still until the true time has caught up, so that stamps never go back. A bigger step is believed at once:
    /// an engine that waited for hours would be blind for that long.
    /// </summary>
    private const long StandStillMilliseconds = 60_000;

    /// <param name="lastMilliseconds">Of the record before.</param>
    public long Now(long lastMilliseconds)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return now < lastMilliseconds && lastMilliseconds - now <= StandStillMilliseconds ? lastMilliseconds : now;
    }
}
