using System.Text;
using Observability.Telemetry;

namespace Observability.MetricStore;

/// <summary>What the labels of one series may be.</summary>
public static class SeriesLimits
{
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
        return labels.Count > SeriesLabelLimits.MaximumLabels || bytes > SeriesLabelLimits.MaximumBytes ? SampleRefusal.LabelLimit : null;
    }
}
