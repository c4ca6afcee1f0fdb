namespace Observability.Notifier.Delivering;

/// <summary>How many messages an endpoint gets: a steady rate with a short burst. Not safe for several threads at once; its owner has a lock.</summary>
internal sealed class TokenBucket(double perMinute, int burst, DateTimeOffset start)
{
    private double _tokens = burst;
    private DateTimeOffset _at = start;

    /// <summary>When the next message may go; now when there is a token.</summary>
    public DateTimeOffset NextAt(DateTimeOffset now)
    {
        Refill(now);
        return _tokens >= 1 ? now : now + TimeSpan.FromMinutes((1 - _tokens) / perMinute);
    }

    public void Take(DateTimeOffset now)
    {
        Refill(now);
        _tokens--;
    }

    private void Refill(DateTimeOffset now)
    {
        if (now > _at)
        {
            _tokens = Math.Min(burst, _tokens + ((now - _at).TotalMinutes * perMinute));
            _at = now;
        }
    }
}
