using System.Collections.Concurrent;
using Observability.Messaging;
using Observability.Telemetry;

namespace Observability.Collector.Tests.Support;

/// <summary>The telemetry border in memory. Confirmations can be held back and given in any order.</summary>
internal sealed class MemoryBus : IFramePublisher, IDisposable
{
    private readonly ConcurrentDictionary<ulong, TaskCompletionSource> _waiting = new();
    private readonly SemaphoreSlim _changed = new(0);

    public ConcurrentQueue<(FrameName Name, byte[] Bytes)> Published { get; } = new();

    public volatile bool IsHeld;

    public ICollection<ulong> Waiting => _waiting.Keys;

    public async ValueTask PublishAsync(FrameName name, ReadOnlyMemory<byte> frame, CancellationToken cancellationToken)
    {
        Published.Enqueue((name, frame.ToArray()));
        if (IsHeld)
        {
            var confirmation = _waiting.GetOrAdd(name.Sequence, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            _changed.Release();
            await confirmation.Task.WaitAsync(cancellationToken);
        }
        _changed.Release();
    }

    public void Confirm(ulong sequence)
    {
        if (_waiting.TryRemove(sequence, out var confirmation))
        {
            confirmation.SetResult();
        }
    }

    public async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (!condition())
        {
            await _changed.WaitAsync(TimeSpan.FromMilliseconds(50), limit.Token);
            limit.Token.ThrowIfCancellationRequested();
        }
    }

    public void Dispose() => _changed.Dispose();
}
