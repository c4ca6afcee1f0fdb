namespace Observability.Durability;

/// <summary>Appends that wait for the writer, and the request objects that are free to be used again.</summary>
internal sealed class AppendQueue(int maximumWaiting)
{
    /// <summary>Bigger keeps more idle objects of 200 bytes; smaller allocates when more callers than this wait at once.</summary>
    private const int MaximumPooled = 1024;

    private readonly object _gate = new();
    private readonly Stack<AppendRequest> _pool = [];
    private List<AppendRequest> _waiting = [];
    private bool _isClosed;

    public AppendRequest Rent()
    {
        lock (_pool)
        {
            return _pool.TryPop(out var request) ? request : new AppendRequest(this);
        }
    }

    public void Return(AppendRequest request)
    {
        lock (_pool)
        {
            if (_pool.Count < MaximumPooled)
            {
                _pool.Push(request);
            }
        }
    }

    /// <returns>False when too many wait.</returns>
    /// <exception cref="ObjectDisposedException">The log was closed.</exception>
    public bool TryEnqueue(AppendRequest request)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, typeof(AppendLog));
            if (_waiting.Count >= maximumWaiting)
            {
                return false;
            }
            _waiting.Add(request);
            if (_waiting.Count == 1)
            {
                Monitor.Pulse(_gate);
            }
            return true;
        }
    }

    /// <summary>Exchanges an empty list for everything that waits.</summary>
    public List<AppendRequest> Take(List<AppendRequest> empty)
    {
        lock (_gate)
        {
            return Exchange(empty);
        }
    }

    /// <summary>Like <see cref="Take"/>, but blocks until something waits. An empty result means that the queue was closed.</summary>
    public List<AppendRequest> WaitAndTake(List<AppendRequest> empty)
    {
        lock (_gate)
        {
            while (_waiting.Count == 0 && !_isClosed)
            {
                Monitor.Wait(_gate);
            }
            return Exchange(empty);
        }
    }

    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            Monitor.PulseAll(_gate);
        }
    }

    private List<AppendRequest> Exchange(List<AppendRequest> empty)
    {
        var taken = _waiting;
        _waiting = empty;
        return taken;
    }
}
