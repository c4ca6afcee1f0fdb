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

    /// <summary>
    /// Retention of single environments, by name or by a beginning with <c>*</c> behind it (<c>pr-*</c>); others have <see cref="Retention"/>. Default none.
    /// </summary>
    public IReadOnlyDictionary<string, TimeSpan> EnvironmentRetention { get; init; } = new Dictionary<string, TimeSpan>(StringComparer.Ordinal);

    /// <summary>Bytes of all segments; beyond, the oldest are deleted whatever their age. Default: no limit.</summary>
    [Range(1, long.MaxValue)]
    public long MaximalBytes { get; init; } = long.MaxValue;

    /// <summary>
    /// Segments whose last row was received longer ago are packed with Brotli instead of LZ4: a third fewer bytes, and a search that must read their text
    /// takes about four times as long. Default 24 h.
    /// </summary>
    public TimeSpan ColdAfter { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Rows in memory before appending waits for the disk: what is being written, and as much again.</summary>
    internal long MaximalHeadBytes => 2 * FlushBytes;
}
