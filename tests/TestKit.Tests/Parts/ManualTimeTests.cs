namespace Observability.TestKit.Tests.Parts;

public sealed class ManualTimeTests
{
    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);
    private readonly ManualTime _time = new();
    private readonly List<string> _fired = [];

    [Fact]
    public void Timers_fire_in_the_order_of_their_due_times_each_at_its_own_time()
    {
        var start = _time.GetUtcNow();
        Arm("late", 3 * _second);
        Arm("early", _second);
        Arm("early too", _second);
        _time.Advance(2 * _second);
        Assert.Equal(["early@1", "early too@1"], _fired);
        _time.Advance(2 * _second);
        Assert.Equal("late@3", _fired[^1]);
        Assert.Equal(start + (4 * _second), _time.GetUtcNow());

        void Arm(string name, TimeSpan dueTime) =>
            _time.CreateTimer(_ => _fired.Add($"{name}@{(_time.GetUtcNow() - start).TotalSeconds}"), null, dueTime, Timeout.InfiniteTimeSpan);
    }

    [Fact]
    public void A_period_fires_once_for_each_time_that_passed()
    {
        using var timer = _time.CreateTimer(_ => _fired.Add("tick"), null, _second, 2 * _second);
        _time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(3, _fired.Count);
        Assert.Equal(1, _time.ArmedTimers);
    }

    [Fact]
    public void A_timer_set_to_now_fires_with_the_next_advance_and_not_inside_the_call()
    {
        using var timer = _time.CreateTimer(_ => _fired.Add("now"), null, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        Assert.Empty(_fired);
        _time.Advance(TimeSpan.Zero);
        Assert.Single(_fired);
    }

    [Fact]
    public void A_disposed_or_disarmed_timer_does_not_fire_and_a_callback_may_arm_its_own_timer_again()
    {
        var disposed = _time.CreateTimer(_ => _fired.Add("disposed"), null, _second, _second);
        using var disarmed = _time.CreateTimer(_ => _fired.Add("disarmed"), null, _second, _second);
        ITimer? again = null;
        again = _time.CreateTimer(_ => { _fired.Add("again"); again!.Change(_second, Timeout.InfiniteTimeSpan); }, null, _second, Timeout.InfiniteTimeSpan);
        disposed.Dispose();
        disarmed.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _time.Advance(3 * _second);
        Assert.Equal(["again", "again", "again"], _fired);
        Assert.False(disposed.Change(_second, _second));
        again.Dispose();
    }

    [Fact]
    public async Task Delays_and_time_limits_of_the_framework_follow_this_clock()
    {
        var delay = Task.Delay(_second, _time, TestContext.Current.CancellationToken);
        using var limit = new CancellationTokenSource(2 * _second, _time);
        Assert.Equal(_time.GetUtcNow() + _second, _time.NextDue);
        _time.Advance(_second);
        await delay;
        Assert.False(limit.IsCancellationRequested);
        _time.Advance(_second);
        Assert.True(limit.IsCancellationRequested);
    }

    [Fact]
    public void Elapsed_time_follows_the_clock()
    {
        var started = _time.GetTimestamp();
        _time.Advance(TimeSpan.FromMilliseconds(1500));
        Assert.Equal(TimeSpan.FromMilliseconds(1500), _time.GetElapsedTime(started));
    }

    [Fact]
    public void A_jump_moves_the_clock_and_fires_nothing()
    {
        using var timer = _time.CreateTimer(_ => _fired.Add("tick"), null, _second, Timeout.InfiniteTimeSpan);
        _time.Jump(TimeSpan.FromHours(-7));
        _time.Jump(TimeSpan.FromHours(12));
        Assert.Empty(_fired);
        _time.Advance(_second);
        Assert.Single(_fired);
    }

    [Fact]
    public void Time_does_not_run_backwards_and_a_timer_that_never_rests_is_an_error()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _time.Advance(-_second));
        ITimer? restless = null;
        restless = _time.CreateTimer(_ => restless!.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan), null, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        Assert.Throws<InvalidOperationException>(() => _time.Advance(_second));
        restless.Dispose();
    }
}
