using System.Text;
using Observability.Telemetry;

namespace Observability.Collector.Normalizing;

/// <summary>An authentic payload that nobody understood, or a row that a store will never take, as a log row: redacted, bounded, with its reason.</summary>
internal static class DeadLetterRow
{
    /// <summary>Bytes of the payload that are kept. Bigger: a misdirected upload fills the spool; smaller cuts real webhooks, which are below 32 KiB.</summary>
    public const int MaximumBodyBytes = 64 << 10;

    public static void Write(TelemetryBatchWriter writer, string environment, string source, string endpoint, string reason, ReadOnlySpan<byte> payload, long receivedUnixNanoseconds)
    {
        var resource = writer.AddResource(
            [
                new TextPair(writer.Intern(LabelNames.Environment), writer.Intern(environment)),
                new TextPair(writer.Intern(LabelNames.Source), writer.Intern(source)),
                new TextPair(writer.Intern(LabelNames.DeadLetter), writer.Intern("true")),
            ],
            []);
        // Redacted whole, cut afterwards: a cut could leave half a secret that no pattern knows.
        var body = Encoding.UTF8.GetBytes(SecretRedactor.Redact(Encoding.UTF8.GetString(payload)));
        writer.BeginLog();
        writer.AddAttribute(writer.Intern(AttributeNames.DeadLetterReason), Encoding.UTF8.GetBytes(reason));
        if (endpoint.Length > 0)
        {
            writer.AddAttribute(writer.Intern("obs.endpoint"), Encoding.UTF8.GetBytes(endpoint));
        }
        if (body.Length > MaximumBodyBytes)
        {
            writer.AddAttribute(writer.Intern("obs.truncated_bytes"), (long)(body.Length - MaximumBodyBytes));
        }
        writer.EndLog(resource, receivedUnixNanoseconds, 13, Utf8Cut.To(body, MaximumBodyBytes), default, default);
    }
}
