using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Observability.Collector.Receiving.Otlp;

/// <summary>Writes values into the JSON text of nested attributes; shared by both encodings, so that both give the same bytes.</summary>
internal static class JsonTextOf
{
    public static ReadOnlySpan<byte> Valid(ReadOnlySpan<byte> utf8) => Utf8.IsValid(utf8) ? utf8 : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(utf8));

    /// <summary>JSON has no NaN and no infinity: they become the texts that OTLP/JSON uses for them.</summary>
    public static void WriteDouble(Utf8JsonWriter json, double value)
    {
        if (double.IsFinite(value))
        {
            json.WriteNumberValue(value);
        }
        else
        {
            json.WriteStringValue(double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");
        }
    }
}
