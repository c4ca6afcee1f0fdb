using System.Text.Json;

namespace Observability.Collector.Receiving;

/// <summary>The parser's own words without the position that it appends: ours counts from 1 and stands in a field of its own.</summary>
internal static class JsonErrorText
{
    public static string Of(JsonException exception)
    {
        var message = exception.Message;
        var suffix = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return suffix < 0 ? message : message[..suffix];
    }
}
