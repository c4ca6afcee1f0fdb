using System.Text.Json;

namespace Observability.Collector.Sources;

/// <summary>One delivery as a source sees it.</summary>
internal sealed class SourcePayload
{
    private readonly Func<string, string> _header;
    private readonly Func<string, string> _query;

    /// <param name="json">The body.</param>
    /// <param name="header">Value of a header, or empty.</param>
    /// <param name="query">Value of a parameter of the address, or empty.</param>
    /// <param name="receivedMilliseconds">Time of receipt, for payloads that say no time.</param>
    public SourcePayload(JsonElement json, Func<string, string>? header = null, Func<string, string>? query = null, long receivedMilliseconds = 0)
    {
        Json = json;
        ReceivedMilliseconds = receivedMilliseconds;
        _header = header ?? (static _ => "");
        _query = query ?? (static _ => "");
    }

    public JsonElement Json { get; }

    public long ReceivedMilliseconds { get; }

    public string Header(string name) => _header(name);

    public string Query(string name) => _query(name);
}
