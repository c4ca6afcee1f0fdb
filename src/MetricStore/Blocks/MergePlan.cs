namespace Observability.MetricStore.Blocks;

/// <summary>Which blocks are merged next.</summary>
internal static class MergePlan
{
    /// <summary>
    /// Blocks of one level that become one of the next: 2 h, 6 h, 18 h. Fewer: each sample is written more often; more: a query over days opens more files.
    /// </summary>
    public const int BlocksOfOneLevel = 3;

    /// <summary>No larger than that: retention deletes whole blocks, so the largest is what may be kept too long (18 h of 15 d).</summary>
    public const int HighestLevel = 2;

    /// <summary>The oldest first. Only neighbours: merging over another block's head would change what is newer than what.</summary>
    public static IReadOnlyList<Block> Next(IReadOnlyList<Block> blocks, IReadOnlyList<SeriesDeletion> deletions, ulong journalIncarnation)
    {
        foreach (var block in blocks)
        {
            if (deletions.Any(deletion => deletion.IsOpenFor(block.Header, journalIncarnation)))
            {
                return [block];
            }
        }
        for (var i = 0; i + BlocksOfOneLevel <= blocks.Count; i++)
        {
            var level = blocks[i].Header.Level;
            var run = blocks.Skip(i).TakeWhile(block => block.Header.Level == level).Take(BlocksOfOneLevel).ToList();
            if (level < HighestLevel && run.Count == BlocksOfOneLevel)
            {
                return run;
            }
        }
        return [];
    }

    public static BlockHeader HeaderOf(IReadOnlyList<Block> due, IReadOnlyList<SeriesDeletion> deletions, ulong journalIncarnation) => new()
    {
        Level = due.Count == 1 ? due[0].Header.Level : due[0].Header.Level + 1,
        Generation = due.Max(static block => block.Header.Generation) + 1,
        Rank = due[^1].Header.Rank,
        LowestRank = due[0].Header.LowestRank,
        JournalIncarnation = due[^1].Header.JournalIncarnation,
        DeletedThrough = deletions.Select(static deletion => deletion.Sequence)
            .Concat(due.Where(block => block.Header.DeletedIncarnation == journalIncarnation).Select(static block => block.Header.DeletedThrough)).DefaultIfEmpty().Max(),
        DeletedIncarnation = journalIncarnation,
    };
}
