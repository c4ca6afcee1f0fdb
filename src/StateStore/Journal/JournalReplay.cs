using Observability.Durability;

namespace Observability.StateStore;

/// <summary>Snapshot and journal to one image. Whatever does not fit together is refused: state that is silently incomplete would tell people wrong things.</summary>
internal static class JournalReplay
{
    /// <returns>The state, and the bytes of journal behind the snapshot.</returns>
    /// <exception cref="LogFormatException">Damaged, or not of one store.</exception>
    public static (StateImage Image, long ReplayedBytes) Run(IDisk disk, string snapshotPath, AppendLog log)
    {
        var image = StateImage.Empty;
        if (StateSnapshot.Read(disk, snapshotPath) is { } snapshot)
        {
            if (snapshot.Incarnation != log.Incarnation || snapshot.Image.AppliedSequence > log.DurableSequence)
            {
                throw new LogFormatException(
                    $"'{snapshotPath}' (journal {snapshot.Incarnation:x16}, up to record {snapshot.Image.AppliedSequence}) does not belong to the journal beside it "
                    + $"({log.Incarnation:x16}, up to record {log.DurableSequence}); restore both from one backup");
            }
            image = snapshot.Image;
        }
        long replayedBytes = 0;
        var reader = log.OpenReader(image.AppliedSequence + 1);
        while (reader.TryRead(out var batch))
        {
            if (batch.Gap is { } gap)
            {
                throw new LogFormatException(gap.Reason == LogGapReason.Damaged
                    ? $"'{gap.SegmentPath}' is damaged at byte {gap.Position}: records {gap.FirstSequence} to {gap.LastSequence} are lost; restore the directory from a backup"
                    : $"the journal begins at record {log.FirstSequence}, but '{snapshotPath}' ends at {image.AppliedSequence}; restore the directory from a backup");
            }
            foreach (var entry in batch.Entries)
            {
                image = image.Apply(StateCodec.Decode(entry.Content), entry.Sequence);
                replayedBytes += entry.Content.Length;
            }
        }
        return (image, replayedBytes);
    }
}
