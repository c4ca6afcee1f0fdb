using System.ComponentModel.DataAnnotations;

namespace Observability.Collector.Spooling;

/// <summary>Section <c>Collector:Spool</c>.</summary>
public sealed class SpoolOptions
{
    /// <summary>Directory of the spool. Default <c>spool</c> in the folder of <c>--data</c>.</summary>
    [Required]
    public string Directory { get; set; } = "";

    /// <summary>
    /// Bytes of one segment, the upper limit of one request's frames, and the step in which room comes back. Default 64 MiB: a request may inflate to that
    /// much, and its frames are smaller than its bytes.
    /// </summary>
    [Range(64 << 10, 1 << 30)]
    public int SegmentBytes { get; set; } = 64 << 20;
}
