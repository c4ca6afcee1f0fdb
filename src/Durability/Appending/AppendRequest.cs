using System.Buffers;
using System.Threading.Tasks.Sources;

namespace Observability.Durability;

/// <summary>One waiting append. Reused, so that appending allocates nothing; the caller may await its task once.</summary>
internal sealed class AppendRequest(AppendQueue owner) : IValueTaskSource<AppendResult>
{
    private ManualResetValueTaskSourceCore<AppendResult> _completion = new() { RunContinuationsAsynchronously = true };
    private ReadOnlyMemory<byte> _single;
    private IReadOnlyList<ReadOnlyMemory<byte>>? _group;
    private uint _singleChecksum;
    private uint[] _groupChecksums = [];

    public int Count => _group?.Count ?? 1;

    /// <summary>Room that all its records take in a segment.</summary>
    public long StoredBytes { get; private set; }

    public ValueTask<AppendResult> Task => new(this, _completion.Version);

    public ReadOnlyMemory<byte> ContentAt(int index) => _group is null ? _single : _group[index];

    public uint ChecksumAt(int index) => _group is null ? _singleChecksum : _groupChecksums[index];

    /// <summary>Sums the content on the caller's thread: many callers share the work that one writer would do alone.</summary>
    public void Hold(ReadOnlyMemory<byte> content)
    {
        _single = content;
        _singleChecksum = Crc32C.Compute(content.Span);
        StoredBytes = RecordFormat.StoredBytes(content.Length);
    }

    /// <inheritdoc cref="Hold(ReadOnlyMemory{byte})"/>
    public void Hold(IReadOnlyList<ReadOnlyMemory<byte>> contents, long storedBytes)
    {
        _group = contents;
        _groupChecksums = ArrayPool<uint>.Shared.Rent(contents.Count);
        StoredBytes = storedBytes;
        for (var index = 0; index < contents.Count; index++)
        {
            _groupChecksums[index] = Crc32C.Compute(contents[index].Span);
        }
    }

    public void Complete(AppendResult result) => _completion.SetResult(result);

    AppendResult IValueTaskSource<AppendResult>.GetResult(short token)
    {
        try
        {
            return _completion.GetResult(token);
        }
        finally
        {
            Release();
        }
    }

    ValueTaskSourceStatus IValueTaskSource<AppendResult>.GetStatus(short token) => _completion.GetStatus(token);

    void IValueTaskSource<AppendResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _completion.OnCompleted(continuation, state, token, flags);

    private void Release()
    {
        _completion.Reset();
        _single = default;
        if (_group is not null)
        {
            ArrayPool<uint>.Shared.Return(_groupChecksums);
            _groupChecksums = [];
            _group = null;
        }
        owner.Return(this);
    }
}
