using System.Text.Json.Serialization;

namespace Observability.Contracts;

/// <summary>The wire form of every message of this project but frames (which are binary). Members are only ever added; readers ignore what they do not know.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(NotificationIntent))]
public sealed partial class ContractJson : JsonSerializerContext;
