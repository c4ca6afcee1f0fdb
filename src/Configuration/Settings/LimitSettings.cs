namespace Observability.Configuration;

/// <summary>What one request may hold and what may wait. Bigger values cost memory for each request in flight.</summary>
public sealed record LimitSettings
{
    /// <summary>Bytes of a request as sent. Default 16 MiB: a big dbt manifest is 3 MB.</summary>
    public long RequestBytes { get; init; } = 16L << 20;

    /// <summary>Bytes after inflating. Default 64 MiB: four times as much, so that a small body cannot fill the memory.</summary>
    public long InflatedBytes { get; init; } = 64L << 20;

    /// <summary>Nesting of JSON. Default 64: payloads of sources stay below 20.</summary>
    public int JsonDepth { get; init; } = 64;

    /// <summary>Records in one request. Default 50,000.</summary>
    public int RecordsPerRequest { get; init; } = 50_000;

    /// <summary>Attributes of one record. Default 256.</summary>
    public int AttributesPerRecord { get; init; } = 256;

    /// <summary>Bytes of one record; longer bodies are cut and marked. Default 1 MiB.</summary>
    public long RecordBytes { get; init; } = 1L << 20;

    /// <summary>Bytes of the spool before requests get 503. Default 2 GiB.</summary>
    public long SpoolBytes { get; init; } = 2L << 30;

    /// <summary>Series that the metric store holds at once. Default 1,000,000.</summary>
    public int ActiveSeries { get; init; } = 1_000_000;
}
