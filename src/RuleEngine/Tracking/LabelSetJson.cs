using System.Text.Json;
using System.Text.Json.Serialization;
using Observability.Telemetry;

namespace Observability.RuleEngine.Tracking;

/// <summary>A label set as a JSON object, names in order.</summary>
internal sealed class LabelSetJson : JsonConverter<LabelSet>
{
    public override LabelSet Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var builder = new LabelSetBuilder();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            builder.Set(name, reader.GetString() ?? "");
        }
        return builder.Build();
    }

    public override void Write(Utf8JsonWriter writer, LabelSet value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (var (name, text) in value)
        {
            writer.WriteString(name, text);
        }
        writer.WriteEndObject();
    }
}
