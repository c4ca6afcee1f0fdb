using System.Text.Json;
using Observability.Telemetry;

namespace Observability.Collector.Sources.Dbt;

/// <summary>One entry of <c>results</c>.</summary>
/// <param name="Kind">model, test, unit_test, seed, snapshot, operation …</param>
/// <param name="Project">The package that the node belongs to.</param>
/// <param name="Name">Without kind, package and a test's hash: as people know it.</param>
/// <param name="Word">dbt's own status.</param>
internal sealed record DbtNode(string Kind, string Project, string Name, string Word, RunStatus Status, string Message, long? StartedAt, long? FinishedAt, long? Rows)
{
    /// <summary>Null when the entry has no id or no known status.</summary>
    public static DbtNode? Read(JsonElement result)
    {
        var word = result.Text("status");
        var parts = result.Text("unique_id").Split('.');
        if (parts.Length < 3 || DbtStatus.OfNode(word) is not { } status)
        {
            return null;
        }
        // Timing is empty when a node failed before it began.
        long? started = null;
        long? finished = null;
        foreach (var timing in result.Items("timing"))
        {
            started = Smaller(started, timing.Time("started_at"));
            finished = Larger(finished, timing.Time("completed_at"));
        }
        var message = status.IsFailure() || word == "warn" ? MessageOf(result, word) : "";
        return new DbtNode(parts[0], parts[1], NameOf(parts), word, status, message, started, finished, result.Integer("adapter_response", "rows_affected"));
    }

    public TaskResult ToTask() => new(Name, Status, Kind, Message, StartedAt, FinishedAt, Rows);

    // A test's id ends with a hash of its arguments: test.jaffle_shop.unique_orders_order_id.0d77ddcf59
    private static string NameOf(string[] parts) =>
        parts[0] == "test" && parts.Length > 3 && parts[^1].Length == 10 && parts[^1].All(char.IsAsciiHexDigit)
            ? string.Join('.', parts[2..^1])
            : string.Join('.', parts[2..]);

    private static string MessageOf(JsonElement result, string word)
    {
        var message = result.Text("message").Trim();
        return word is "fail" or "warn" && result.Integer("failures") is > 0 and var failures && !message.StartsWith("Got ", StringComparison.Ordinal)
            ? $"{message} ({failures} failing rows)".TrimStart()
            : message;
    }

    private static long? Smaller(long? left, long? right) => left is null || right < left ? right ?? left : left;

    private static long? Larger(long? left, long? right) => left is null || right > left ? right ?? left : left;
}
