using System.Text;
using Observability.Telemetry;

namespace Observability.LogStore.Tests;

/// <summary>Frames to append, written as a Collector writes them.</summary>
internal static class Frames
{
    public const ulong Incarnation = 0xA1B2C3D4E5F60718;

    /// <summary>2026-11-21 12:00 UTC.</summary>
    public const long Noon = 1_795_262_400_000_000_000;

    public const long Second = 1_000_000_000;

    public static LogRange AllTime { get; } = new(0, long.MaxValue);

    public static NamedFrame Of(ulong sequence, params ReadOnlySpan<Row> rows) => Of(Incarnation, sequence, rows);

    public static NamedFrame Of(ulong incarnation, ulong sequence, params ReadOnlySpan<Row> rows)
    {
        using var writer = new TelemetryBatchWriter();
        writer.Reset(FrameKind.Telemetry, "prod", "otlp", "test", Noon);
        foreach (var row in rows)
        {
            var resource = writer.AddResource(Pairs(writer, row.Stream), Pairs(writer, row.ResourceAttributes));
            writer.BeginLog();
            foreach (var (name, value) in row.Attributes)
            {
                Add(writer, writer.Intern(name), value);
            }
            writer.EndLog(resource, row.Time, row.Severity, Encoding.UTF8.GetBytes(row.Body), row.TraceId, row.SpanId);
        }
        return new NamedFrame(new FrameName(incarnation, sequence), writer.Finish().ToArray());
    }

    /// <summary>Rows <c>line FIRST</c> … one second apart, in one stream.</summary>
    public static Row[] Lines(int first, int count) => [.. Enumerable.Range(first, count).Select(number => new Row($"line {number}", Noon + (number * Second)))];

    private static void Add(TelemetryBatchWriter writer, int name, object value)
    {
        switch (value)
        {
            case long integer:
                writer.AddAttribute(name, integer);
                break;
            case double number:
                writer.AddAttribute(name, number);
                break;
            case bool truth:
                writer.AddAttribute(name, truth);
                break;
            default:
                writer.AddAttribute(name, Encoding.UTF8.GetBytes((string)value));
                break;
        }
    }

    private static TextPair[] Pairs(TelemetryBatchWriter writer, (string Name, string Value)[] pairs) =>
        [.. pairs.Select(pair => new TextPair(writer.Intern(pair.Name), writer.Intern(pair.Value)))];
}

/// <summary>A log row as a test states it.</summary>
internal sealed record Row(string Body, long Time = Frames.Noon, int Severity = 9)
{
    public (string Name, string Value)[] Stream { get; init; } = [("environment", "prod"), ("source", "otlp"), ("service_name", "orders")];

    public (string Name, string Value)[] ResourceAttributes { get; init; } = [];

    public (string Name, object Value)[] Attributes { get; init; } = [];

    public byte[] TraceId { get; init; } = [];

    public byte[] SpanId { get; init; } = [];
}
