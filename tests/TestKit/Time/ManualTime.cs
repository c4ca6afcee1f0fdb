namespace Observability.TestKit;

/// <summary>
/// A clock that stands still until the test moves it. <see cref="Advance"/> fires every timer that falls due on the way, in the order of
/// their due times (equal ones in the order in which they were set), each at its own time and on the caller's thread.
/// </summary>
/// <remarks>
/// A timer set to fall due at once fires with the next <see cref="Advance"/>, also one by zero: never inside the call that set it,
/// so that the owner has its timer in hand when the callback runs.
/// </remarks>
public sealed class ManualTime : TimeProvider
{
    /// <summary>A callback that sets its timer to fall due at once again would otherwise keep <see cref="Advance"/> busy for ever.</summary>
    private const int FiresPerAdvance = 1_000_000;

    private readonly Lock _lock = new();
    private readonly SortedSet<ManualTimer> _armed = new(ManualTimer.ByDueTime);
    private readonly DateTimeOffset _start;
    private DateTimeOffset _now;
    private long _settings;

    public ManualTime(DateTimeOffset? start = null)
    {
        _start = _now = (start ?? new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero)).ToUniversalTime();
    }

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Timers that wait to fire: a test that drives a background loop waits until the loop has armed its timer, then advances.</summary>
    public int ArmedTimers
    {
        get
        {
            lock (_lock)
            {
                return _armed.Count;
            }
        }
    }

    /// <summary>When the next timer falls due; null when none is armed.</summary>
    public DateTimeOffset? NextDue
    {
        get
        {
            lock (_lock)
            {
                return _armed.Min?.Due;
            }
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return _now;
        }
    }

    public override long GetTimestamp() => (GetUtcNow() - _start).Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <exception cref="ArgumentOutOfRangeException"><paramref name="by"/> is negative: time does not run backwards; see <see cref="Jump"/>.</exception>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        var target = GetUtcNow() + by;
        for (var fired = 0; TakeDue(target) is { } timer; fired++)
        {
            if (fired == FiresPerAdvance)
            {
                throw new InvalidOperationException($"{FiresPerAdvance} timers fired before {target:O}: one sets itself to fall due at once, again and again");
            }
            timer.Fire();
        }
        lock (_lock)
        {
            _now = target > _now ? target : _now;
        }
    }

    /// <summary>Sets the clock without firing a timer, also backwards: what a wrong or corrected system clock does. Armed timers keep the distance that they had.</summary>
    public void Jump(TimeSpan by)
    {
        lock (_lock)
        {
            var timers = _armed.ToArray();
            _armed.Clear();
            _now += by;
            foreach (var timer in timers)
            {
                timer.Due += by;
                _armed.Add(timer);
            }
        }
    }

    /// <summary>Arms or, with an infinite due time, disarms a timer.</summary>
    internal void Set(ManualTimer timer, TimeSpan dueTime)
    {
        lock (_lock)
        {
            _armed.Remove(timer);
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                timer.Due = _now + dueTime;
                timer.Setting = ++_settings;
                _armed.Add(timer);
            }
        }
    }

    private ManualTimer? TakeDue(DateTimeOffset until)
    {
        lock (_lock)
        {
            if (_armed.Min is not { } next || next.Due > until)
            {
                return null;
            }
            _armed.Remove(next);
            _now = next.Due > _now ? next.Due : _now;
            if (next.Period > TimeSpan.Zero)
            {
                next.Due += next.Period;
                next.Setting = ++_settings;
                _armed.Add(next);
            }
            return next;
        }
    }
}
