namespace Observability.Telemetry;

/// <summary>What the labels of one series may be, its name included: told by whoever takes samples in, held by the metric store.</summary>
public static class SeriesLabelLimits
{
    /// <summary>Bigger: look-ups by label scan longer. Kubernetes' own series have about 30.</summary>
    public const int MaximumLabels = 64;

    /// <summary>UTF-8 bytes of all names and values. Bigger: an error text used as a label would be kept for the whole retention.</summary>
    public const int MaximumBytes = 16 * 1024;
}
