using System.Text.Json.Serialization;

namespace Observability.Cli.Speaking;

/// <summary>Our run JSON, as <c>POST /webhooks/run</c> takes it.</summary>
internal sealed record ReportedRun
{
    public required string Source { get; init; }

    public required string Pipeline { get; init; }

    public required string Environment { get; init; }

    public required string Status { get; init; }

    public required string RunId { get; init; }

    public string? Task { get; init; }

    public string? Url { get; init; }

    public string? Error { get; init; }

    public long? Rows { get; init; }

    public string? Commit { get; init; }

    public string? Owner { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }
}

/// <summary>The body of <c>POST /api/v1/notices/test</c>.</summary>
internal sealed record TestRequest(string Receiver);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ReportedRun))]
[JsonSerializable(typeof(TestRequest))]
internal sealed partial class CliJson : JsonSerializerContext;
