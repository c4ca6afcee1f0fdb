using System.Text;
using Observability.Telemetry;

namespace Observability.MetricStore;

/// <summary>What the labels of one series may be.</summary>
public static class SeriesLimits
{
    /// <summary>Bigger: look-ups by label scan longer. Kubernetes' own series have about 30.</summary>
    public const int MaximumLabels = 64;

    /// <summary>UTF-8 bytes of all names and values. Bigger: an error text used as a label would be kept for the whole retention.</summary>
    public const int MaximumLabelBytes = 16 * 1024;

    /// <summary>Null when the labels may become a series.</summary>
    public static SampleRefusal? Check(LabelSet labels)
    {
        if (!labels.Has(LabelSet.MetricName))
        {
            return SampleRefusal.Unnamed;
        }
        var bytes = 0;
        foreach (var (name, value) in labels.AsSpan())
        {
            bytes += Encoding.UTF8.GetByteCount(name) + Encoding.UTF8.GetByteCount(value);
        }
        return labels.Count > MaximumLabels || bytes > MaximumLabelBytes ? SampleRefusal.LabelLimit : null;
    }
}
