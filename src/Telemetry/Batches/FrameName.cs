using System.Globalization;

namespace Observability.Telemetry;

/// <summary>
/// The identity of a frame everywhere: the incarnation is 64 random bits made with the spool directory (new after a restore), the sequence counts
/// from 1 within it without gaps. Consumers find gaps and repeats by it, never by a broker's offsets.
/// </summary>
public readonly record struct FrameName(ulong Incarnation, ulong Sequence) : IComparable<FrameName>
{
    public int CompareTo(FrameName other)
    {
        var byIncarnation = Incarnation.CompareTo(other.Incarnation);
        return byIncarnation != 0 ? byIncarnation : Sequence.CompareTo(other.Sequence);
    }

    /// <summary>Sixteen hex digits, a hyphen, the sequence: <c>00f1c2d3e4a5b6c7-42</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Incarnation:x16}-{Sequence}");
}
