using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Observability.Configuration;

/// <summary>
/// The settings of an integration as text, so that they outlive the file that had them. A secret is written as the path of its file, never as its value:
/// one that stood literally in alerting.yaml is lost, and reading it says so.
/// </summary>
public static class IntegrationSettings
{
    private const string LostReason =
        "the secret stood in alerting.yaml, which no longer has it, and is kept nowhere else; secrets in files of their own (api_url_file and the like) survive";

    // By reflection: absent members keep the defaults of their declarations, also those that were added after the text was written.
    private static readonly Lazy<JsonSerializerOptions> Options = new(() => new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        IgnoreReadOnlyProperties = true,
        Converters = { new SecretPath() },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { NameKinds } },
    });

    public static string Write(Integration integration) => JsonSerializer.Serialize(integration, Options.Value);

    /// <summary>Null when the text is not what <see cref="Write"/> writes, or of a kind that this program does not know.</summary>
    public static Integration? Read(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<Integration>(text, Options.Value);
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException)
        {
            return null;
        }
    }

    private static void NameKinds(JsonTypeInfo type)
    {
        if (type.Type == typeof(Integration))
        {
            // The names are stored; they never change.
            type.PolymorphismOptions = new JsonPolymorphismOptions
            {
                TypeDiscriminatorPropertyName = "type",
                DerivedTypes =
                {
                    new JsonDerivedType(typeof(SlackIntegration), "slack"),
                    new JsonDerivedType(typeof(EmailIntegration), "email"),
                    new JsonDerivedType(typeof(WebhookIntegration), "webhook"),
                    new JsonDerivedType(typeof(PagerDutyIntegration), "pagerduty"),
                    new JsonDerivedType(typeof(OpsgenieIntegration), "opsgenie"),
                    new JsonDerivedType(typeof(TeamsIntegration), "teams"),
                },
            };
        }
    }

    /// <summary>A secret as the path of its file, or as an empty text when it has none.</summary>
    private sealed class SecretPath : JsonConverter<Secret>
    {
        public override Secret Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.GetString() is { Length: > 0 } path ? Secret.FromFile(path) : Secret.Lost(LostReason);

        public override void Write(Utf8JsonWriter writer, Secret value, JsonSerializerOptions options) => writer.WriteStringValue(value.FilePath ?? "");
    }
}
