namespace Observability.Collector.Spooling;

/// <summary>The clock in the unit of frames.</summary>
internal static class UnixTime
{
    public static long Nanoseconds(TimeProvider time) => (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
}
