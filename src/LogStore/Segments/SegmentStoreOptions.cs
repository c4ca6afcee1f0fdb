using System.ComponentModel.DataAnnotations;

namespace Observability.LogStore.Segments;

/// <summary>How the embedded log store keeps its rows.</summary>
public sealed class SegmentStoreOptions
{
    /// <summary>Where the segments are; made when it is missing, owned by one process.</summary>
    [Required]
    public required string Directory { get; init; }

    /// <summary>Bytes of rows in memory that are written at once. Default 32 MiB: about eight full blocks; bigger needs more memory, smaller makes more files to merge.</summary>
    [Range(64 * 1024, 512 * 1024 * 1024)]
    public long FlushBytes { get; init; } = 32L << 20;

    /// <summary>Longest time that rows wait in memory, and so the longest time that a sender keeps their frames. Default 5 s.</summary>
    public TimeSpan FlushInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Segments whose last row was received longer ago are deleted. Default 30 d.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Rows in memory before appending waits for the disk: what is being written, and as much again.</summary>
    internal long MaximalHeadBytes => 2 * FlushBytes;
}
