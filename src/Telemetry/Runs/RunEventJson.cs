using System.Text.Json;
using System.Text.Json.Serialization;

namespace Observability.Telemetry;

/// <summary>The JSON form of <see cref="RunEvent"/> inside frames and journals. Unknown members are ignored, so an older reader stands a newer writer.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(RunEvent))]
public sealed partial class RunEventJson : JsonSerializerContext
{
    public static byte[] Serialize(RunEvent runEvent) => JsonSerializer.SerializeToUtf8Bytes(runEvent, Default.RunEvent);

    /// <exception cref="JsonException">Not the JSON of a run event.</exception>
    public static RunEvent Deserialize(ReadOnlySpan<byte> utf8) =>
        JsonSerializer.Deserialize(utf8, Default.RunEvent) ?? throw new JsonException("a run event is null");
}
