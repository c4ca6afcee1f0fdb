namespace Observability.Messaging;

/// <summary>Pauses between tries that double from 50 ms to 5 s: short enough that a restarted dependency is met soon, long enough that a dead one is not hammered.</summary>
internal struct Backoff
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    private TimeSpan _last;

    public TimeSpan Next()
    {
        var doubled = _last * 2;
        _last = _last == TimeSpan.Zero ? First : doubled < Longest ? doubled : Longest;
        return _last;
    }
}
