namespace Observability.Collector.Receiving.LokiPush;

/// <summary>
/// What a stream of a push may hold. The numbers are the defaults that Loki documents (limits_config: max_label_name_length, max_label_value_length), so what
/// passes there passes here; how many labels and records, and how long a line, is settings.yaml's.
/// </summary>
internal static class LokiPushLimits
{
    /// <summary>Bigger: names that no query box shows. Every frame and segment holds each name once.</summary>
    public const int LabelNameBytes = 1024;

    /// <summary>Bigger: texts in labels, which every frame holds once for each stream.</summary>
    public const int LabelValueBytes = 2048;
}
