using System.Text.Json.Serialization;
using Observability.Contracts;
using Observability.RuleEngine.Grouping;

namespace Observability.RuleEngine.Tracking;

/// <summary>The form in which the engine's state stands in the state store. Members are only ever added; a reader ignores what it does not know.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(AlertState))]
[JsonSerializable(typeof(AlertGroup))]
[JsonSerializable(typeof(ToldAddress))]
internal sealed partial class EngineJson : JsonSerializerContext;
