namespace Observability.TestKit;

/// <summary>A timer of <see cref="ManualTime"/>; its due time is changed only under that clock's lock.</summary>
internal sealed class ManualTimer(ManualTime time, TimerCallback callback, object? state) : ITimer
{
    private bool _disposed;

    public static IComparer<ManualTimer> ByDueTime { get; } = Comparer<ManualTimer>.Create((left, right) =>
        left.Due.CompareTo(right.Due) is not 0 and var byDue ? byDue : left.Setting.CompareTo(right.Setting));

    public DateTimeOffset Due { get; set; }

    /// <summary>Rises with each arming, so that timers with one due time fire in the order in which they were set.</summary>
    public long Setting { get; set; }

    public TimeSpan Period { get; private set; } = Timeout.InfiniteTimeSpan;

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        ThrowIfNotATimerValue(dueTime, nameof(dueTime));
        ThrowIfNotATimerValue(period, nameof(period));
        if (_disposed)
        {
            return false;
        }
        Period = period;
        time.Set(this, dueTime);
        return true;
    }

    public void Fire() => callback(state);

    public void Dispose()
    {
        _disposed = true;
        time.Set(this, Timeout.InfiniteTimeSpan);
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private static void ThrowIfNotATimerValue(TimeSpan value, string name)
    {
        if (value < TimeSpan.Zero && value != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(name, value, "must be zero, positive or Timeout.InfiniteTimeSpan");
        }
    }
}
