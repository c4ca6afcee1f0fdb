using System.Buffers.Binary;
using System.Security.Cryptography;
using Observability.Durability;

namespace Observability.Collector.Spooling;

/// <summary>
/// The first half of every frame's name. It is the log's own, made with the directory, until the directory is laid down from a copy: the spool that the copy
/// was taken of went on and used the next sequences, so consumers would take new frames for known ones and drop them. Whoever restores a copy puts an empty
/// file <c>restored</c> beside it, and the next start takes a new incarnation. Frames that the copy had not sent go out again under it: twice perhaps, lost never.
/// </summary>
internal static class SpoolIncarnation
{
    private const string MarkerName = "restored";

    /// <param name="disk">Where.</param>
    /// <param name="directory">Of the spool; exists.</param>
    /// <param name="ofLog">What holds as long as nothing was restored.</param>
    public static ulong Read(IDisk disk, string directory, ulong ofLog)
    {
        using var own = CursorFile.Open(disk, Path.Combine(directory, "incarnation.cursor"));
        var marker = Path.Combine(directory, MarkerName);
        if (disk.FileExists(marker))
        {
            // In this order: a crash in between makes one more, under which nothing has gone out yet.
            own.Write(new CursorValue(New()));
            disk.Delete(marker);
            disk.SyncDirectory(directory);
        }
        return own.Value.Sequence is > 0 and var incarnation ? incarnation : ofLog;
    }

    private static ulong New()
    {
        Span<byte> bytes = stackalloc byte[8];
        RandomNumberGenerator.Fill(bytes);
        // Zero says that there is none.
        return Math.Max(1, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
    }
}
