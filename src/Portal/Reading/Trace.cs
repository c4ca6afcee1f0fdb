using System.Globalization;
using Observability.Telemetry;

namespace Observability.Portal.Reading;

/// <summary>Something that happened during a span.</summary>
public sealed record SpanEvent(string Name, long TimeUnixNanoseconds, IReadOnlyList<Label> Attributes);

/// <summary>One stage of a trace.</summary>
public sealed record TraceSpan
{
    public required string Id { get; init; }

    /// <summary>Empty on a root.</summary>
    public required string ParentId { get; init; }

    public required string Name { get; init; }

    public required LabelSet Stream { get; init; }

    public required long StartUnixNanoseconds { get; init; }

    public required long DurationNanoseconds { get; init; }

    /// <summary>What is left of the duration when the times of its children, which may overlap each other, are taken off.</summary>
    public long OwnNanoseconds { get; init; }

    /// <summary><c>internal</c>, <c>server</c>, <c>client</c>, <c>producer</c>, <c>consumer</c>, or empty.</summary>
    public required string Kind { get; init; }

    /// <summary><c>ok</c>, <c>error</c>, or empty.</summary>
    public required string Status { get; init; }

    public required string StatusMessage { get; init; }

    /// <summary>As the sender gave them.</summary>
    public required IReadOnlyList<Label> Attributes { get; init; }

    public IReadOnlyList<SpanEvent> Events { get; init; } = [];

    public long EndUnixNanoseconds => StartUnixNanoseconds + DurationNanoseconds;
}

/// <summary>The spans of one trace, put together from the rows that the log store keeps of them.</summary>
public sealed record Trace
{
    private static readonly string[] s_ours = [SpanAttributes.Duration, SpanAttributes.ParentId, SpanAttributes.Kind, SpanAttributes.Status, SpanAttributes.StatusMessage];

    /// <summary>Oldest first.</summary>
    public required IReadOnlyList<TraceSpan> Spans { get; init; }

    /// <summary>The stage that took the most time by itself, which is where a slow run is to be looked at; null without spans.</summary>
    public TraceSpan? Longest => Spans.MaxBy(static span => span.OwnNanoseconds);

    public long StartUnixNanoseconds => Spans.Count == 0 ? 0 : Spans.Min(static span => span.StartUnixNanoseconds);

    public long DurationNanoseconds => Spans.Count == 0 ? 0 : Spans.Max(static span => span.EndUnixNanoseconds) - StartUnixNanoseconds;

    /// <param name="records">Rows of one trace, in any order; a span that was sent twice counts once.</param>
    public static Trace Of(IReadOnlyList<LogRecord> records)
    {
        var spans = new Dictionary<string, TraceSpan>(StringComparer.Ordinal);
        foreach (var record in records)
        {
            if (long.TryParse(ValueOf(record, SpanAttributes.Duration), CultureInfo.InvariantCulture, out var duration))
            {
                spans.TryAdd(record.SpanId, SpanOf(record, duration));
            }
        }
        var events = records.Where(static record => ValueOf(record, SpanAttributes.Duration).Length == 0)
            .ToLookup(static record => record.SpanId, static record => new SpanEvent(record.Body, record.TimeUnixNanoseconds, record.Attributes), StringComparer.Ordinal);
        var children = spans.Values.ToLookup(static span => span.ParentId, StringComparer.Ordinal);
        return new Trace
        {
            Spans =
            [
                .. spans.Values
                    .Select(span => span with
                    {
                        OwnNanoseconds = span.DurationNanoseconds - Covered(span, children[span.Id]),
                        Events = [.. events[span.Id].OrderBy(static happened => happened.TimeUnixNanoseconds)],
                    })
                    .OrderBy(static span => span.StartUnixNanoseconds).ThenByDescending(static span => span.DurationNanoseconds),
            ],
        };
    }

    private static TraceSpan SpanOf(LogRecord record, long duration) => new()
    {
        Id = record.SpanId,
        ParentId = ValueOf(record, SpanAttributes.ParentId),
        Name = record.Body,
        Stream = record.Stream,
        StartUnixNanoseconds = record.TimeUnixNanoseconds,
        DurationNanoseconds = duration,
        Kind = ValueOf(record, SpanAttributes.Kind),
        Status = ValueOf(record, SpanAttributes.Status),
        StatusMessage = ValueOf(record, SpanAttributes.StatusMessage),
        Attributes = [.. record.Attributes.Where(static attribute => !s_ours.Contains(attribute.Name))],
    };

    /// <summary>Nanoseconds of a span during which at least one of its children ran.</summary>
    private static long Covered(TraceSpan span, IEnumerable<TraceSpan> children)
    {
        var covered = 0L;
        var until = span.StartUnixNanoseconds;
        foreach (var child in children.Where(child => child.Id != span.Id).OrderBy(static child => child.StartUnixNanoseconds))
        {
            // A child may begin before its parent or outlive it, by another machine's clock.
            var from = Math.Max(until, child.StartUnixNanoseconds);
            var to = Math.Min(span.EndUnixNanoseconds, child.EndUnixNanoseconds);
            if (to > from)
            {
                covered += to - from;
                until = to;
            }
        }
        return covered;
    }

    private static string ValueOf(LogRecord record, string name) => record.Attributes.FirstOrDefault(attribute => attribute.Name == name).Value ?? "";
}
