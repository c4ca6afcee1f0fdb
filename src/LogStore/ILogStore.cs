using Observability.Telemetry;

namespace Observability.LogStore;

/// <summary>Keeps the log rows of frames and finds them again. One contract suite holds for every implementation.</summary>
/// <remarks>
/// Labels of a record's stream are those of its frame's resource, and <see cref="LabelNames.Level"/> from its severity. Attributes of the resource and of
/// the row are the record's attributes, as text.
/// </remarks>
public interface ILogStore : ILogSource, IAsyncDisposable
{
    /// <summary>
    /// Takes the log rows of some frames and returns when a search finds them. Idempotent by frame name: a frame that comes again, also after a restart,
    /// changes nothing. A row that can never be stored is returned, the others are kept.
    /// A sender passes every frame of its spool in order, those without log rows too: so the store remembers ranges, not single names. It may forget a
    /// frame only when <see cref="AppendResult.Durable"/> of its call is done.
    /// </summary>
    /// <exception cref="IOException">The store is away or its disk failed: nothing is known about the frames, send them again.</exception>
    Task<AppendResult> AppendAsync(IReadOnlyList<NamedFrame> frames, CancellationToken cancellationToken);
}

/// <summary>A frame with its identity.</summary>
/// <param name="Name">Where it came from and its place there.</param>
/// <param name="Bytes">The whole frame; must stay unchanged until the call that took it ends.</param>
public readonly record struct NamedFrame(FrameName Name, ReadOnlyMemory<byte> Bytes);

/// <summary>What became of an append.</summary>
/// <param name="Refused">Rows that this store refuses for ever; the sender keeps them as dead letters. Usually empty.</param>
public sealed record AppendResult(IReadOnlyList<RefusedRecord> Refused)
{
    public static AppendResult AllTaken { get; } = new([]);

    /// <summary>
    /// Done when a restart would still find the rows: the sender moves its cursor then, not before. Calls become durable in the order in which they were
    /// made. Fails with an <see cref="IOException"/> when the store closes before it could; the frames are then to be sent again after the next start.
    /// </summary>
    public Task Durable { get; init; } = Task.CompletedTask;
}

/// <summary>One row that a store will never take.</summary>
/// <param name="Name">Its frame.</param>
/// <param name="Row">Its position among the frame's log rows.</param>
/// <param name="Reason">The store's words.</param>
public readonly record struct RefusedRecord(FrameName Name, int Row, string Reason);
