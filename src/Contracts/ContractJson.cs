using System.Text.Json.Serialization;

namespace Observability.Contracts;

/// <summary>The wire form of every message of this project but frames (which are binary). Members are only ever added; readers ignore what they do not know.</summary>
/// <remarks>
/// The generated reader sets every <c>init</c> member, absent ones to null or zero. So a member that has a default says it in its accessor too
/// (<c>init => field = value ?? ""</c>): a message from before the member reads like one that was made without it.
/// </remarks>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(NotificationIntent))]
public sealed partial class ContractJson : JsonSerializerContext;
