using System.Collections.ObjectModel;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Observability.RuleEngine.Runs;

[method: JsonConstructor]
internal readonly record struct SeriesValue(SeriesName Name, double Value);

/// <summary>One pipeline as a snapshot keeps it.</summary>
internal sealed record PipelineImage
{
    public required PipelineKey Key { get; init; }

    public long LastReportMilliseconds { get; init; }

    public bool IsRetired { get; init; }

    public bool HasDroppedRuns { get; init; }

    public string Team { get; init => field = value ?? ""; } = "";

    public string Tier { get; init => field = value ?? ""; } = "";

    public IReadOnlyList<SeriesValue> Values { get; init => field = value ?? []; } = [];

    public IReadOnlyDictionary<string, long> TasksSeen { get; init => field = value ?? ReadOnlyDictionary<string, long>.Empty; } = ReadOnlyDictionary<string, long>.Empty;

    public IReadOnlyList<RunState> Runs { get; init => field = value ?? []; } = [];
}

/// <summary>The catalog at one moment; runs are immutable, so taking it copies references only.</summary>
internal sealed record RunCatalogImage(IReadOnlyList<PipelineImage> Pipelines)
{
    public void WriteTo(Stream target) => JsonSerializer.Serialize(target, this, RunCatalogJson.Default.RunCatalogImage);

    /// <exception cref="JsonException">Not what <see cref="WriteTo"/> writes.</exception>
    public static RunCatalogImage ReadFrom(Stream source) =>
        JsonSerializer.Deserialize(source, RunCatalogJson.Default.RunCatalogImage) ?? throw new JsonException("the run catalog is null");
}

/// <summary>JSON inside the engine's snapshot. Members are only added; numbers of enums never change.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(RunCatalogImage))]
internal sealed partial class RunCatalogJson : JsonSerializerContext;
